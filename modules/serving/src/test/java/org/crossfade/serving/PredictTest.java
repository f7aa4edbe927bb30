package org.crossfade.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An image in, its labels out, in the form that the client asks for. */
class PredictTest {
  private static final byte[] PNG = TestServer.png(8, 4, 2, 10);
  private static final int ROAD = 0x804080;
  private static final int SIDEWALK = 0xF423E8;

  private final FakeModel model = new FakeModel();
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(model, TestServer.LIMITS, 30);
  }

  @AfterEach
  void stop() {
    model.open();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "application/json", "text/html, */*;q=0.1"})
  void jsonHasTheAreaOfEveryClass(String accept) throws Exception {
    HttpResponse<byte[]> response = server.predict(accept, PNG);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    JsonNode json = TestServer.json(response);
    assertThat(json.path("width").asInt()).isEqualTo(8);
    assertThat(json.path("height").asInt()).isEqualTo(4);
    assertThat(json.path("classes")).hasSize(19);
    assertThat(json.at("/classes/1/name").asText()).isEqualTo("sidewalk");
    assertThat(json.at("/classes/1/colour").asText()).isEqualTo("#f423e8");
    assertThat(json.at("/classes/1/pixels").asInt()).isEqualTo(8);
    assertThat(json.at("/classes/1/share").asDouble()).isEqualTo(0.25);
    assertThat(json.at("/classes/0/share").asDouble()).isEqualTo(0.75);
    assertThat(json.has("picture")).isFalse();
  }

  @Test
  void jsonBringsThePictureWhereItIsAskedFor() throws Exception {
    JsonNode json = TestServer.json(server.predict("application/json; picture=train-ids", PNG));

    String prefix = "data:image/png;base64,";
    assertThat(json.path("picture").asText()).startsWith(prefix);
    byte[] png =
        Base64.getDecoder().decode(json.path("picture").asText().substring(prefix.length()));
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getRGB(0, 0) & 0xFFFFFF)
        .isEqualTo(SIDEWALK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/png", "image/*", "image/png; show=train-ids, */*;q=0.5"})
  void trainIdsAreThePalettesIndex(String accept) throws Exception {
    BufferedImage picture = TestServer.picture(server.predict(accept, PNG));

    assertThat(picture.getColorModel()).isInstanceOf(IndexColorModel.class);
    assertThat(picture.getRaster().getSample(1, 3, 0)).isEqualTo(1);
    assertThat(picture.getRaster().getSample(2, 3, 0)).isZero();
    assertThat(picture.getRGB(2, 3) & 0xFFFFFF).isEqualTo(ROAD);
  }

  @Test
  void coloursAreThoseOfTheClasses() throws Exception {
    BufferedImage picture = TestServer.picture(server.predict("image/png;show=colours", PNG));

    assertThat(picture.getRGB(1, 0) & 0xFFFFFF).isEqualTo(SIDEWALK);
    assertThat(picture.getRGB(7, 3) & 0xFFFFFF).isEqualTo(ROAD);
  }

  @Test
  void theOverlayIsHalfOfEach() throws Exception {
    BufferedImage picture = TestServer.picture(server.predict("image/png;show=overlay", PNG));

    assertThat(picture.getRGB(7, 3) & 0xFF).isEqualTo((0x80 + 10) / 2);
  }

  @Test
  void jpegsAreTakenToo() throws Exception {
    byte[] jpeg = TestServer.encoded("jpeg", 16, 16, 0, 255);

    JsonNode json = TestServer.json(server.send(server.post("image/jpeg", jpeg)));

    assertThat(json.at("/classes/1/share").asDouble()).isEqualTo(1);
  }

  /** The name is a path on purpose: it is looked at nowhere. */
  @Test
  void aFormsPartIsTakenWhateverItsFileIsCalled() throws Exception {
    HttpResponse<byte[]> response =
        server.send(
            server.post(
                "multipart/form-data; boundary=xyz",
                form("text", "", "hello".getBytes(UTF_8), "image", "../../../etc/x.png", PNG)));

    assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
    assertThat(TestServer.json(response).path("width").asInt()).isEqualTo(8);
  }

  private static byte[] form(
      String name, String file, byte[] content, String other, String otherFile, byte[] more)
      throws IOException {
    var out = new ByteArrayOutputStream();
    part(out, name, file, content);
    part(out, other, otherFile, more);
    out.write("--xyz--\r\n".getBytes(UTF_8));
    return out.toByteArray();
  }

  private static void part(ByteArrayOutputStream out, String name, String file, byte[] content)
      throws IOException {
    String fileName = file.isEmpty() ? "" : "; filename=\"" + file + "\"";
    out.write(
        ("--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\"" + fileName + "\r\n\r\n")
            .getBytes(UTF_8));
    out.write(content);
    out.write("\r\n".getBytes(UTF_8));
  }

  @Test
  void imagesOfOneSizeThatWaitAreOneBatch() throws Exception {
    model.shut();
    CompletableFuture<HttpResponse<byte[]>> first = server.sendAsync(server.post("image/png", PNG));
    awaitWaiting(0, first);
    var others = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
    for (int red : List.of(4, 8)) {
      others.add(server.sendAsync(server.post("image/png", TestServer.png(8, 4, red, 10))));
    }
    awaitWaiting(2, first);
    model.open();

    assertThat(TestServer.json(first.get()).path("batch").asInt()).isEqualTo(1);
    assertThat(TestServer.json(others.get(0).get()).at("/classes/1/share").asDouble())
        .isEqualTo(0.5);
    assertThat(TestServer.json(others.get(1).get()).at("/classes/1/share").asDouble()).isEqualTo(1);
    assertThat(model.batches()).containsExactly(1, 2);
  }

  /** Waits until so many wait behind the one that is asked. */
  private void awaitWaiting(int images, CompletableFuture<?> asked) throws Exception {
    for (int i = 0; i < 600; i++) {
      JsonNode health = TestServer.json(server.send(server.to("/health").GET()));
      if (!asked.isDone() && model.asked() > 0 && health.path("waiting").asInt() == images) {
        return;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("there were never " + images + " waiting");
  }

  @Test
  void aFullQueueSaysWhenToTryAgain() throws Exception {
    model.shut();
    var sent = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
    sent.add(server.sendAsync(server.post("image/png", PNG)));
    awaitWaiting(0, sent.get(0));
    sent.add(server.sendAsync(server.post("image/png", PNG)));
    sent.add(server.sendAsync(server.post("image/png", PNG)));
    awaitWaiting(2, sent.get(0));

    HttpResponse<byte[]> refused = server.send(server.post("image/png", PNG));
    model.open();

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("retry-after")).contains("1");
    assertThat(TestServer.json(refused).path("detail").asText()).contains("2 images wait");
    for (CompletableFuture<HttpResponse<byte[]>> one : sent) {
      assertThat(one.get().statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"/health, application/json", "/metrics, text/plain", "/, text/html"})
  void whatIsGotIsThere(String path, String type) throws Exception {
    HttpResponse<byte[]> response = server.send(server.to(path).GET());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith(type);
  }

  @Test
  void metricsCountAnswersAndImages() throws Exception {
    server.predict("*/*", PNG);
    server.predict("text/plain", PNG);

    String metrics = "";
    // An answer is counted after it is sent.
    for (int i = 0; i < 100 && !metrics.contains("status=\"406\""); i++) {
      metrics = new String(server.send(server.to("/metrics").GET()).body(), UTF_8);
    }

    assertThat(metrics)
        .contains("crossfade_requests_total{address=\"/predict\",status=\"200\"} 1.0")
        .contains("crossfade_requests_total{address=\"/predict\",status=\"406\"} 1.0")
        .contains("crossfade_predicted_images_total 1.0")
        .contains("crossfade_waiting_images 0.0");
  }

  @Test
  void theDescriptionNamesWhatThereIs() throws Exception {
    JsonNode described = TestServer.json(server.send(server.to("/openapi.json").GET()));

    described
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> assertThat(allows(path.getKey(), method.getKey())).isTrue()));
    JsonNode properties = described.at("/components/schemas/Areas/properties");
    TestServer.json(server.predict("application/json;picture=train-ids", PNG))
        .fieldNames()
        .forEachRemaining(field -> assertThat(properties.has(field)).as(field).isTrue());
  }

  private boolean allows(String path, String method) {
    try {
      int status =
          server
              .send(
                  server
                      .to(path)
                      .method(method.toUpperCase(Locale.ROOT), HttpRequest.BodyPublishers.noBody()))
              .statusCode();
      return status != 404 && status != 405;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }
}
