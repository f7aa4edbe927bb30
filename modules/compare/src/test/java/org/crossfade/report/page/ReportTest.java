package org.crossfade.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.report.Beside;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.FinishedRuns;
import org.crossfade.report.MethodScores;
import org.crossfade.report.RunFixture;
import org.crossfade.report.ScoreTable;
import org.crossfade.training.evaluation.EvaluationResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page is parsed as XML here, which it also is. */
class ReportTest {
  private static final String TASK = "<b>Games</b> & \"streets\" to 'real'";

  private static String page;
  private static Document document;

  @BeforeAll
  static void writeReport(@TempDir Path folder) throws Exception {
    page =
        Report.render(
            List.of(
                comparison(
                    new MethodScores(
                        "source-only",
                        List.of(
                            run(folder, "source-only", 0, 0.2),
                            run(folder, "source-only", 1, 0.4))),
                    new MethodScores(
                        "better", List.of(run(folder.resolve("b"), "source-only", 0, 0.35))))));
    document = parse(page);
  }

  private static Comparison comparison(MethodScores... methods) {
    return new Comparison(TASK, LabelSpace.of(19), List.of(methods));
  }

  private static FinishedRun run(Path folder, String method, long seed, double score)
      throws IOException {
    return FinishedRun.read(RunFixture.write(folder, method, TASK, seed, score, "v")).orElseThrow();
  }

  @Test
  void pageIsWellFormed() {
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("html");
    assertThat(elements("//section")).hasSizeGreaterThanOrEqualTo(6);
  }

  @Test
  void namesAndOptionsAreEscaped() {
    assertThat(page).doesNotContain("<b>").doesNotContain("<a & b>");
    assertThat(text("//h1")).isEqualTo(TASK);
    assertThat(text("//section[@class='provenance']//pre")).contains("run.x=[\"<a & b>\"]");
  }

  @Test
  void nothingIsLoadedFromOutside() {
    String withoutData = page.replaceAll("data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+", "DATA");
    assertThat(withoutData)
        .doesNotContainIgnoringCase("http")
        .doesNotContain("//")
        .doesNotContainIgnoringCase("<script")
        .doesNotContainIgnoringCase("<link")
        .doesNotContain("@import")
        .doesNotContain("url(");
    assertThat(elements("//*[@href]")).isEmpty();
    List<Element> loading = elements("//*[@src or @data or @poster or @srcset]");
    assertThat(loading)
        .isNotEmpty()
        .allMatch(e -> e.getTagName().equals("img") && e.getAttribute("src").startsWith("data:"));
  }

  @Test
  void everyMethodShowsItsFeatures() {
    assertThat(elements("//section[@class='features']//figure/img"))
        .extracting(img -> img.getAttribute("alt"))
        .containsExactly("t-SNE of the features of source-only", "t-SNE of the features of better");
    assertThat(elements("//section[@class='predictions']//figure")).hasSize(2 + 2);
  }

  @Test
  void everyCurveHasATableOfItsNumbers() {
    List<Element> plots = elements("//*[local-name()='svg'][@class='plot']");
    assertThat(plots).hasSizeGreaterThanOrEqualTo(2);
    for (Element plot : plots) {
      List<Element> rows = elements(plot, "./..//table/tbody/tr");
      assertThat(rows).as(plot.getAttribute("aria-label")).isNotEmpty();
      assertThat(elements(plot, ".//*[local-name()='polyline']")).isNotEmpty();
    }
  }

  @Test
  void everyBarHasItsNumberBesideIt() {
    List<Element> bars = elements("//div[@class='bar']");
    assertThat(bars).hasSize(2 + 2 * 19 + 2 + 2 * 19);
    assertThat(bars).allMatch(bar -> !bar.getTextContent().isBlank());
  }

  /** By name where the metric itself is not on the class path. */
  @Test
  void numbersOfMetricsHaveATable() {
    List<Element> rows = elements("//table[@class='metrics compact']/tbody/tr");
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).getTextContent()).startsWith("trimap-accuracy0.0");
  }

  @Test
  void otherRunsStandBesideOnThePageAndInTheTable(@TempDir Path here, @TempDir Path there)
      throws Exception {
    for (long seed = 0; seed < 3; seed++) {
      run(there, "source-only", seed, 0.2 + 0.01 * seed);
    }
    Comparison both =
        comparison(new MethodScores("source-only", List.of(run(here, "source-only", 0, 0.4))))
            .beside(FinishedRuns.in(there));
    Beside.Row row = both.beside().orElseThrow().rows().get(0);
    assertThat(row.seeds()).containsExactly(0L, 1L, 2L);
    assertThat(row.there().mean())
        .isCloseTo(RunFixture.evaluation(0.21).miou(), within(1e-9))
        .isNotEqualTo(row.here().mean());
    assertThat(
            text(
                parse(Report.render(List.of(both))).getDocumentElement(),
                "//table[@class='beside']/tbody/tr"))
        .contains(Numbers.percent(row.there()))
        .endsWith("0, 1, 2");
    assertThat(ScoreTable.render(both))
        .contains("Beside " + there)
        .containsPattern("source-only .*± .*0, 1, 2");
  }

  @Test
  void runsOfOtherMethodsOrOtherImagesDoNotStandBeside(@TempDir Path here, @TempDir Path there)
      throws Exception {
    Comparison one =
        comparison(new MethodScores("source-only", List.of(run(here, "source-only", 0, 0.4))));
    RunFixture.write(there.resolve("a"), "source-only", "other task", 0, 0.3, "v");
    assertThatThrownBy(() -> one.beside(FinishedRuns.in(there.resolve("a"))))
        .hasMessageContaining("source-only on other task");
    RunFixture.write(there.resolve("b"), "source-only", TASK, 0, 0.3, "other images");
    assertThatThrownBy(() -> one.beside(FinishedRuns.in(there.resolve("b"))))
        .hasMessageContaining("differ in the validation data");
  }

  @Test
  void classTableHoldsTheRecordedScores() {
    EvaluationResult low = RunFixture.evaluation(0.2);
    EvaluationResult high = RunFixture.evaluation(0.4);
    EvaluationResult better = RunFixture.evaluation(0.35);
    LabelSpace space = LabelSpace.of(19);
    List<Element> rows = elements("//section[@class='classes']//table/tbody/tr");
    assertThat(rows).hasSize(19);
    for (int k = 0; k < 18; k++) {
      String name = space.className(k);
      List<Element> cells = elements(rows.get(k), "td");
      double mean = (low.iou().get(name) + high.iou().get(name)) / 2;
      assertThat(text(rows.get(k), "th")).isEqualTo(name);
      // The deviation of two values is their distance over the root of two.
      assertThat(cells.get(0).getTextContent()).isEqualTo(percent(mean) + " ± 14.1");
      assertThat(cells.get(1).getTextContent()).isEqualTo(percent(better.iou().get(name)) + "+5.0");
      assertThat(cells.get(1).getAttribute("class")).contains("gain2");
    }
    assertThat(elements(rows.get(18), "td")).allMatch(cell -> cell.getTextContent().equals("–"));
  }

  @Test
  void overviewHoldsTheRecordedScores() {
    List<Element> rows = elements("//section[@class='methods']//table[@class='methods']/tbody/tr");
    double mean = (RunFixture.evaluation(0.2).miou() + RunFixture.evaluation(0.4).miou()) / 2;
    assertThat(cellsOf(rows.get(0)))
        .startsWith(
            percent(mean) + " ± 14.1", "", "18", "1 min 23 s", "40", "last", "float32", "0, 1");
    assertThat(cellsOf(rows.get(1)))
        .startsWith(percent(RunFixture.evaluation(0.35).miou()), "+5.0", "18", "1 min 23 s", "40");
    assertThat(text("//p[@class='lead']"))
        .startsWith("better reaches")
        .contains("5.0 points above");
  }

  @Test
  void lossTableIsThinnedAndSaysSo() {
    String loss = "(//section[@class='curves']//figure[contains(., 'source of source-only')])[1]";
    List<Element> rows = elements(loss + "//tbody/tr");
    assertThat(rows).hasSize(20);
    assertThat(cellsOf(rows.get(19))).containsExactly("40", "0.7000", "0.07500");
    assertThat(text(loss + "//p[@class='note']")).contains("Every 2. of 40");
  }

  @Test
  void learningRatesAreDrawnInAUnitThatCanBeRead() {
    String rate = "(//section[@class='curves']//figure[contains(., 'source of source-only')])[2]";

    assertThat(text(rate + "/figcaption")).contains("1e-4");
    assertThat(text(rate + "/ul")).contains("segmenter/backbone");
    List<Element> rows = elements(rate + "//tbody/tr");
    assertThat(cellsOf(rows.get(19))).containsExactly("40", "6.098e-06");
  }

  @Test
  void predictionsShowImageLabelsAndEveryMethod() {
    assertThat(elements("//section[@class='predictions']//div[@class='sample']")).hasSize(1);
    assertThat(
            elements("//section[@class='predictions']//figcaption").stream()
                .map(Node::getTextContent))
        .containsExactly("image", "ground truth", "source-only", "better");
    assertThat(elements("//section[@class='predictions']//ul[@class='legend classes']/li"))
        .hasSize(20);
  }

  /** Two runs are compared at their ends. */
  @Test
  void oneRunShowsTheSameSamplesOverTime(@TempDir Path folder) throws Exception {
    Document alone =
        parse(
            Report.render(
                List.of(
                    comparison(
                        new MethodScores("alone", List.of(run(folder, "source-only", 0, 0.2)))))));

    assertThat(elements("//section[@class='timeline']")).isEmpty();
    assertThat(elements(alone, "//section[@class='timeline']//input"))
        .hasSize(2)
        .satisfies(inputs -> assertThat(inputs.get(1).getAttribute("checked")).isNotEmpty());
    assertThat(elements(alone, "//section[@class='timeline']//label"))
        .extracting(Node::getTextContent)
        .containsExactly("source, iteration 20: 10.0 %", "source, iteration 40: 20.0 %");
    assertThat(elements(alone, "//div[@class='moment sample']//img")).hasSize(2);
  }

  @Test
  void confusionHoldsTheSharesOfEveryRow() {
    assertThat(
            elements("//section[@class='confusion']//figcaption").stream()
                .map(Node::getTextContent))
        .containsExactly("source-only", "better");
    List<Element> rows = elements("(//table[@class='matrix'])[1]/tbody/tr");
    // The last class has no pixel of ground truth.
    assertThat(rows).hasSize(18);
    // Class k has 99 right pixels and one of the class behind it, in each of two runs.
    assertThat(cellsOf(rows.get(2))).startsWith("", "", "99", "1", "").endsWith("5.6");
    assertThat(elements(rows.get(2), "td[@class='hit5']")).hasSize(1);
    assertThat(elements(rows.get(2), "td[@class='miss1']")).hasSize(1);
  }

  @Test
  void everyTaskHasATab(@TempDir Path folder) throws Exception {
    var methods =
        new MethodScores[] {
          new MethodScores("source-only", List.of(run(folder, "source-only", 0, 0.2)))
        };
    Comparison first = comparison(methods);
    var second = new Comparison("Other", LabelSpace.of(19), first.methods());
    String several = Report.render(List.of(first, second));

    Document tabs = parse(several);
    assertThat(elements(tabs, "//nav/a"))
        .extracting(Node::getTextContent)
        .containsExactly(TASK, "Other");
    List<Element> tasks = elements(tabs, "//article[@class='task']");
    assertThat(elements(tabs, "//nav/a"))
        .extracting(a -> a.getAttribute("href").substring(1))
        .containsExactlyElementsOf(tasks.stream().map(t -> t.getAttribute("id")).toList());
    assertThat(tasks).allMatch(task -> elements(task, ".//section").size() >= 6);
    assertThat(elements("//nav")).as("one task alone").isEmpty();
  }

  @Test
  void manyMethodsFillSeveralTablesOfClasses(@TempDir Path folder) throws Exception {
    FinishedRun run = run(folder, "source-only", 0, 0.2);
    var methods = new ArrayList<MethodScores>();
    for (int i = 0; i < 9; i++) {
      methods.add(new MethodScores("row " + i, List.of(run)));
    }
    Document many = parse(Report.render(List.of(comparison(methods.toArray(MethodScores[]::new)))));

    assertThat(elements(many, "//table[@class='classes compact']/thead//th"))
        .extracting(Node::getTextContent)
        .containsExactly(
            "IoU %",
            "row 0", "row 1", "row 2", "row 3", "row 4", "IoU %", "row 5", "row 6", "row 7",
            "row 8");
  }

  private static List<String> cellsOf(Element row) {
    return elements(row, "td").stream().map(Node::getTextContent).toList();
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f", 100 * fraction);
  }

  private static String text(String path) {
    return elements(path).get(0).getTextContent();
  }

  private static String text(Element from, String path) {
    return elements(from, path).get(0).getTextContent();
  }

  private static List<Element> elements(String path) {
    return elements(document, path);
  }

  private static List<Element> elements(Node from, String path) {
    try {
      var found =
          (NodeList)
              XPathFactory.newInstance().newXPath().evaluate(path, from, XPathConstants.NODESET);
      var elements = new ArrayList<Element>();
      for (int i = 0; i < found.getLength(); i++) {
        elements.add((Element) found.item(i));
      }
      return elements;
    } catch (XPathExpressionException e) {
      throw new IllegalArgumentException(path, e);
    }
  }

  private static Document parse(String text) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
  }
}
