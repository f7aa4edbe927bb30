package org.crossfade.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.crossfade.report.Chromium;
import org.crossfade.serving.predict.PredictLimits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page for photographs, in Chromium; screenshots in {@code target/serving}. On a machine
 * without the browser its tests are skipped, and fail where {@code CI=true} says that it belongs
 * there.
 */
class PageInBrowserIT {
  private static final int PHONE = 390;
  private static final int DESK = 1280;
  private static final String MISSING = "no chromium or google-chrome on the PATH";
  private static final Path SCREENSHOTS = Path.of("target", "serving");
  private static final String LABELLED =
      "!document.getElementById('result').hidden && !document.body.hasAttribute('aria-busy')";

  // The browser may still write into its profile while it ends.
  @TempDir(cleanup = CleanupMode.NEVER)
  private static Path profile;

  @TempDir private static Path folder;

  private static Path photograph;
  private static TestServer server;
  private static Chromium browser;

  @BeforeAll
  static void openBrowser() throws IOException, InterruptedException {
    Optional<Path> program = Chromium.installed();
    if (program.isEmpty()) {
      assertThat(System.getenv("CI")).as(MISSING).isNotEqualTo("true");
      return;
    }
    photograph = folder.resolve("photograph.png");
    Files.write(photograph, TestServer.png(300, 200, 75, 90));
    server = new TestServer(new FakeModel(), new PredictLimits(200_000, 1_000_000, 8, 60, 4), 30);
    browser = new Chromium(program.get(), profile);
  }

  @BeforeEach
  void requireBrowser() throws InterruptedException {
    assumeTrue(browser != null, MISSING);
    browser.preferColours("light");
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
      server.close();
    }
  }

  private static void choosePhotograph(int width, int height) throws InterruptedException {
    browser.open(server.address(), width, height);
    browser.choose("#file", photograph);
    browser.await(LABELLED);
  }

  @Test
  void aPhotographGetsItsOverlayAndItsShares() throws IOException, InterruptedException {
    choosePhotograph(DESK, 900);

    assertThat(browser.evaluate("document.getElementById('photo').naturalWidth").asInt())
        .isEqualTo(300);
    assertThat(browser.evaluate("document.getElementById('labels').naturalHeight").asInt())
        .isEqualTo(200);
    assertThat(browser.evaluate("document.getElementById('legend').innerText").asText())
        .matches("(?s)road\\s+75\\.0 %\\s+sidewalk\\s+25\\.0 %\\s*");
    assertThat(browser.evaluate("document.querySelector('header').innerText").asText())
        .contains("a <fake> model; 19 classes");
    browser.wholePage(SCREENSHOTS.resolve("light.png"));
    browser.preferColours("dark");
    assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor").asText())
        .isEqualTo("rgb(13, 17, 23)");
    browser.wholePage(SCREENSHOTS.resolve("dark.png"));
  }

  @Test
  void nothingIsLoadedFromOutside() throws InterruptedException {
    choosePhotograph(DESK, 900);

    assertThat(browser.requests())
        .isNotEmpty()
        .allMatch(
            url ->
                url.startsWith("data:")
                    || url.startsWith("blob:")
                    || url.startsWith("about:")
                    || url.startsWith(server.address().toString()));
    assertThat(browser.evaluate("[...document.images].every(i => i.naturalWidth > 0)").asBoolean())
        .isTrue();
  }

  @Test
  void aSceneAndTheSliderAreInReachOfTheKeyboard() throws InterruptedException {
    browser.open(server.address(), DESK, 900);
    browser.evaluate("document.querySelector('#scenes button').focus()");
    browser.press("Enter", 13);
    browser.await(LABELLED);
    assertThat(
            browser
                .evaluate("document.querySelector('#scenes button').getAttribute('aria-pressed')")
                .asText())
        .isEqualTo("true");
    assertThat(browser.evaluate("document.getElementById('photo').naturalWidth").asInt())
        .isEqualTo(512);

    assertThat(opacity()).isEqualTo(0.6);
    browser.evaluate("document.getElementById('opacity').focus()");
    browser.press("ArrowLeft", 37);
    assertThat(opacity()).isEqualTo(0.59);
    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('input, button, a, summary')]"
                        + ".every(e => e.tabIndex >= 0)")
                .asBoolean())
        .isTrue();
  }

  private static double opacity() throws InterruptedException {
    return Double.parseDouble(
        browser.evaluate("getComputedStyle(document.getElementById('labels')).opacity").asText());
  }

  @Test
  void whatIsCopiedIsTheAnswerWithoutThePicture() throws Exception {
    choosePhotograph(DESK, 900);
    browser.evaluate("document.getElementById('copy').click()");
    browser.await("document.getElementById('copied').textContent !== ''");

    JsonNode json =
        new ObjectMapper()
            .readTree(browser.evaluate("document.getElementById('text').textContent").asText());
    assertThat(json.path("classes")).hasSize(19);
    assertThat(json.has("picture")).isFalse();
  }

  @Test
  void whatIsNoPhotographIsToldSo() throws IOException, InterruptedException {
    Path text = folder.resolve("notes.png");
    Files.writeString(text, "no picture");
    browser.open(server.address(), DESK, 900);
    browser.choose("#file", text);
    browser.await("!document.getElementById('problem').hidden");

    assertThat(browser.evaluate("document.getElementById('problem').textContent").asText())
        .contains("PNG or JPEG");
    browser.choose("#file", photograph);
    browser.await(LABELLED);
    assertThat(browser.evaluate("document.getElementById('problem').hidden").asBoolean()).isTrue();
  }

  @Test
  void aPhoneNeedsNoScrollingSideways() throws IOException, InterruptedException {
    choosePhotograph(PHONE, 844);

    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(PHONE);
    assertThat(browser.evaluate("parseFloat(getComputedStyle(document.body).fontSize)").asDouble())
        .isGreaterThanOrEqualTo(16);
    browser.wholePage(SCREENSHOTS.resolve("phone.png"));
  }
}
