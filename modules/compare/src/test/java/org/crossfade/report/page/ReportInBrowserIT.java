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
