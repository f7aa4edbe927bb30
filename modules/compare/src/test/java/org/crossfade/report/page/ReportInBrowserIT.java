package org.crossfade.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.crossfade.report.Chromium;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRuns;
import org.crossfade.report.RunFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The page of two tasks, opened in Chromium; screenshots in {@code target/report}. On a machine
 * without the browser its tests are skipped, and fail where {@code CI=true} says that it belongs
 * there.
 */
class ReportInBrowserIT {
  private static final int PHONE = 390;
  private static final int DESK = 1280;
  private static final String MISSING =
      "no chromium or google-chrome on the PATH, which the report's page is opened in; .ci/run"
          + " installs Debian's package, and without CI=true these tests are skipped";
  private static final Path SCREENSHOTS = Path.of("target", "report");

  /** Lists what differs too little from what is behind it. */
  private static final String CONTRASTS =
      """
      (() => {
        const parts = colour => colour.match(/[\\d.]+/g).map(Number);
        const light = colour => {
          const [r, g, b] = parts(colour).map(v => v / 255)
              .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = element => {
          const colour = getComputedStyle(element).backgroundColor;
          const seen = parts(colour);
          return seen.length === 4 && seen[3] === 0 ? behind(element.parentElement) : colour;
        };
        const contrast = (colour, element) => {
          const [low, high] = [light(colour), light(behind(element))].sort((a, b) => a - b);
          return (high + 0.05) / (low + 0.05);
        };
        const bad = [];
        const check = (element, colour, least) => {
          if (colour !== 'none' && contrast(colour, element) < least) {
            bad.push(`${contrast(colour, element).toFixed(2)} ${element.outerHTML.slice(0, 120)}`);
          }
        };
        for (const element of document.querySelectorAll('body *')) {
          if (element.getClientRects().length === 0) {
            continue;
          }
          const style = getComputedStyle(element);
          if ([...element.childNodes].some(n => n.nodeType === 3 && n.data.trim())) {
            check(element, element.closest('svg') ? style.fill : style.color, 4.5);
          } else if (element.matches('.key path, .bar rect, .bar line, .plot path')) {
            check(element, element.matches('line') ? style.stroke : style.fill, 2);
          } else if (element.matches('.stroke path, .plot polyline')) {
            check(element, style.stroke, 2);
          }
        }
        return bad.join('\\n');
      })()
      """;

  // The browser may still write into its profile while it ends.
  @TempDir(cleanup = CleanupMode.NEVER)
  private static Path profile;

  @TempDir private static Path folder;

  private static Path page;
  private static Chromium browser;

  @BeforeAll
  static void openBrowser() throws IOException, InterruptedException {
    Optional<Path> program = Chromium.installed();
    if (program.isEmpty()) {
      assertThat(System.getenv("CI")).as(MISSING).isNotEqualTo("true");
      return;
    }
    for (int k = 0; k < 10; k++) {
      Path run = folder.resolve("row-" + k + "-seed0");
      RunFixture.write(run, "source-only", "Games to streets", 0, 0.05 * k, "v", List.of());
    }
    Path other = folder.resolve("transfer-seed0");
    RunFixture.write(other, "source-only", "Streets to photographs", 0, 0.3, "w", List.of());
    List<Comparison> comparisons = FinishedRuns.in(folder).comparisons(List.of(), List.of());
    assertThat(comparisons).hasSize(2);
    page = folder.resolve("report.html");
    Report.write(comparisons, page);
    browser = new Chromium(program.get(), profile);
  }

  /** Each test says that it was skipped: none of a class that did not start would show. */
  @BeforeEach
  void requireBrowser() {
    assumeTrue(browser != null, MISSING);
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void nothingIsLoadedButThePageItself() throws InterruptedException {
    browser.open(page, DESK, 900);

    assertThat(browser.requests())
        .isNotEmpty()
        .allMatch(url -> url.startsWith("data:") || url.equals(page.toUri().toString()));
    assertThat(
            browser
                .evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
                .asBoolean())
        .isTrue();
  }

  @Test
  void aTabShowsItsTaskAlone() throws IOException, InterruptedException {
    browser.open(page, DESK, 900);
    assertThat(visibleTasks()).containsExactly("Games to streets");
    browser.screenshot(SCREENSHOTS.resolve("first-task.png"));

    browser.evaluate("document.querySelectorAll('nav a')[1].click()");
    assertThat(visibleTasks()).containsExactly("Streets to photographs");
    assertThat(colourOfTab(1)).isNotEqualTo(colourOfTab(0));
    browser.screenshot(SCREENSHOTS.resolve("second-task.png"));

    browser.evaluate("document.querySelectorAll('nav a')[0].click()");
    assertThat(visibleTasks()).containsExactly("Games to streets");
    assertThat(pixels("first-task.png")).isNotEqualTo(pixels("second-task.png"));
  }

  @Test
  void aPhoneNeedsNoScrollingSideways() throws IOException, InterruptedException {
    browser.open(page, PHONE, 844);

    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(PHONE);
    assertThat(browser.evaluate("parseFloat(getComputedStyle(document.body).fontSize)").asDouble())
        .isGreaterThanOrEqualTo(16);
    browser.screenshot(SCREENSHOTS.resolve("phone.png"));
  }

  /**
   * Contrasts as WCAG 2 reckons them: 4.5 for text, on the colours that lie behind it, and 2 for
   * lines, bars and marks, whose figures stand beside them. Classes keep their own colours.
   */
  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void allOfItIsReadable(String scheme) throws IOException, InterruptedException {
    browser.preferColours(scheme);
    try {
      for (int width : new int[] {DESK, PHONE}) {
        browser.open(page, width, 900);
        browser.wholePage(SCREENSHOTS.resolve(scheme + "-" + width + ".png"));
        browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");

        String ground =
            browser.evaluate("getComputedStyle(document.body).backgroundColor").asText();
        assertThat(ground.equals("rgb(255, 255, 255)")).isEqualTo(scheme.equals("light"));
        assertThat(browser.evaluate(CONTRASTS).asText()).isEmpty();
      }
    } finally {
      browser.preferColours("");
    }
  }

  @Test
  void paperHasEveryTask() throws IOException, InterruptedException {
    browser.open(page, DESK, 900);
    browser.emulatePaper(true);
    try {
      assertThat(visibleTasks()).containsExactly("Games to streets", "Streets to photographs");
      assertThat(
              browser.evaluate("getComputedStyle(document.querySelector('nav')).display").asText())
          .isEqualTo("none");
    } finally {
      browser.emulatePaper(false);
    }
    browser.print(SCREENSHOTS.resolve("report.pdf"));
  }

  private static List<String> visibleTasks() throws InterruptedException {
    var visible = new ArrayList<String>();
    browser
        .evaluate(
            "[...document.querySelectorAll('.task')].filter(t => t.getClientRects().length > 0)"
                + ".map(t => t.querySelector('h1').textContent)")
        .forEach(title -> visible.add(title.asText()));
    return visible;
  }

  private static String colourOfTab(int tab) throws InterruptedException {
    return browser
        .evaluate("getComputedStyle(document.querySelectorAll('nav a')[" + tab + "]).color")
        .asText();
  }

  private static List<Integer> pixels(String name) throws IOException {
    BufferedImage image = ImageIO.read(SCREENSHOTS.resolve(name).toFile());
    var pixels = new ArrayList<Integer>();
    for (int y = 0; y < image.getHeight(); y += 4) {
      for (int x = 0; x < image.getWidth(); x += 4) {
        pixels.add(image.getRGB(x, y));
      }
    }
    return pixels;
  }
}
