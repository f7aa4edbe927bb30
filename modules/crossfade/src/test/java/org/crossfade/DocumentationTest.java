package org.crossfade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.crossfade.ModuleGraph.Arrow;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** The pictures of the documentation, and the page for contributors, show what is there. */
class DocumentationTest {
  private static final Path ROOT = Path.of("../..");
  private static final Path ARCHITECTURE = ROOT.resolve("docs/architecture.svg");
  private static final Path IMAGE_TO_LOSS = ROOT.resolve("docs/from-image-to-loss.svg");

  private static ModuleGraph graph;

  @BeforeAll
  static void readPoms() throws IOException {
    graph = ModuleGraph.read(ROOT);
  }

  @Test
  void everyModuleIsInThePictureAndNoOther() throws IOException {
    var drawn = new TreeSet<>(marked(ARCHITECTURE, "module"));
    var expected = new TreeSet<>(graph.modules());
    // A new paper need not change the picture.
    expected.removeAll(graph.papers());
    graph.papers().stream().filter(drawn::contains).forEach(expected::add);

    assertThat(drawn).as("modules in docs/architecture.svg").isEqualTo(expected);
  }

  @Test
  void solidArrowsAreWhatModulesAreCompiledAgainst() throws IOException {
    assertThat(ModuleGraph.reachable(graph.compiled()))
        .as("solid arrows of docs/architecture.svg are compile-time dependencies")
        .containsAll(arrows("compile"));
    assertThat(ModuleGraph.reachable(arrows("compile")))
        .as("compile-time dependencies follow solid arrows of docs/architecture.svg")
        .containsAll(drawable(graph.compiled()));
  }

  @Test
  void dottedArrowsAreWhatModulesFindWhenTheyRun() throws IOException {
    var all = new HashSet<>(arrows("run"));
    all.addAll(arrows("compile"));

    assertThat(graph.run())
        .as("dotted arrows of docs/architecture.svg are run-time dependencies")
        .containsAll(arrows("run"));
    assertThat(ModuleGraph.reachable(all))
        .as("run-time dependencies follow arrows of docs/architecture.svg")
        .containsAll(drawable(graph.run()));
  }

  /** A class, or a class and one of its methods. */
  @Test
  void everyClassOnTheWayFromImageToLossIsThere() throws IOException {
    List<String> sources = mainSources();
    List<String> named = marked(IMAGE_TO_LOSS, "type");

    assertThat(named).hasSizeGreaterThan(10);
    assertThat(named)
        .allSatisfy(
            name ->
                assertThat(sources)
                    .as("classes that docs/from-image-to-loss.svg names")
                    .anyMatch(source -> declares(source, name)));
  }

  /**
   * Links of the page for contributors, and paths in code font; those with CAPITALS are examples.
   */
  @Test
  void everyFileThatContributorsAreSentToIsThere() throws IOException {
    String page = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
    List<String> paths =
        Pattern.compile("\\]\\(([\\w./$-]+)\\)|`((?:modules|experiments|tools|docs)/[a-z0-9./-]+)`")
            .matcher(page)
            .results()
            .map(match -> match.group(1) != null ? match.group(1) : match.group(2))
            .toList();

    assertThat(paths).hasSizeGreaterThan(8);
    assertThat(paths).allSatisfy(path -> assertThat(ROOT.resolve(path)).exists());
  }

  private static boolean declares(String source, String name) {
    String[] parts = name.split("\\.", -1);
    return has(source, "\\b(class|interface|record|enum) " + parts[0] + "\\b")
        && (parts.length == 1 || has(source, "[\\w>\\]] " + parts[1] + "\\("));
  }

  private static boolean has(String source, String pattern) {
    return Pattern.compile(pattern).matcher(source).find();
  }

  private static List<String> mainSources() throws IOException {
    try (var files = Files.walk(ROOT.resolve("modules"))) {
      var sources = new ArrayList<String>();
      for (Path file :
          files.filter(f -> f.toString().matches(".*/src/main/java/.*\\.java")).toList()) {
        sources.add(Files.readString(file));
      }
      return sources;
    }
  }

  /**
   * Papers find earlier papers, which the picture says in words; the tools of tests are words too.
   */
  private static List<Arrow> drawable(Set<Arrow> arrows) throws IOException {
    var boxes = new HashSet<>(marked(ARCHITECTURE, "name"));
    Set<String> papers = graph.papers();
    return arrows.stream()
        .filter(arrow -> boxes.contains(arrow.from()) && boxes.contains(arrow.to()))
        .filter(arrow -> !(papers.contains(arrow.from()) && papers.contains(arrow.to())))
        .toList();
  }

  /** Each end of an arrow may name several modules. */
  private static Set<Arrow> arrows(String kind) throws IOException {
    var arrows = new LinkedHashSet<Arrow>();
    for (Element path : Xml.named(Xml.read(ARCHITECTURE).getDocumentElement(), "path")) {
      if (path.getAttribute("class").equals(kind) && path.hasAttribute("data-from")) {
        for (String from : path.getAttribute("data-from").split(" ", -1)) {
          for (String to : path.getAttribute("data-to").split(" ", -1)) {
            arrows.add(new Arrow(from, to));
          }
        }
      }
    }
    return arrows;
  }

  /** Returns the texts of a picture that have a class. */
  private static List<String> marked(Path picture, String mark) throws IOException {
    var found = new ArrayList<String>();
    for (Element element : Xml.named(Xml.read(picture).getDocumentElement(), "*")) {
      if (List.of(element.getAttribute("class").split(" ", -1)).contains(mark)) {
        found.add(element.getTextContent());
      }
    }
    return found;
  }
}
