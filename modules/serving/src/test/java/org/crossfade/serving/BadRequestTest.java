package org.crossfade.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.crossfade.serving.predict.PredictLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each bad request has a clear answer, and the server goes on. */
class BadRequestTest {
  private static final byte[] PNG = TestServer.png(8, 4, 2, 10);

  private final FakeModel model = new FakeModel();
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(model, TestServer.LIMITS, 30);
  }

  /** Starts one that waits neither for bodies, nor for labels, nor for heads of requests. */
  private void startImpatient() throws IOException {
    server.close();
    server = new TestServer(model, new PredictLimits(10_000, 100_000, 2, 1, 4), 0.5);
  }

  /** After whatever a test has done to it, it labels. */
  private void itGoesOn() throws Exception {
    model.open();
    int status = 0;
    // A machine that is busy may be late for the impatient one.
    for (int i = 0; i < 60 && status != 200; i++) {
      status = status();
    }
    assertThat(status).isEqualTo(200);
  }

  @AfterEach
  void stop() throws Exception {
    itGoesOn();
    server.close();
  }

  private int status() throws InterruptedException {
    try {
      return server.predict("*/*", PNG).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  private static void isProblem(HttpResponse<byte[]> response, int status, String... words) {
    assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    JsonNode problem = TestServer.json(response);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).contains(words);
    assertThat(new String(response.body(), UTF_8)).doesNotContain("org.crossfade", "\tat ");
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines);
  }

  @Test
  void zeroBytesAreNoImage() throws Exception {
    isProblem(server.send(server.post("image/png", new byte[0])), 400, "0 bytes");
  }

  @Test
  void textIsNoImage() throws Exception {
    isProblem(server.send(server.post("text/plain", "hello".getBytes(UTF_8))), 415, "text/plain");
    isProblem(server.send(server.post("image/png", "hello".getBytes(UTF_8))), 415, "PNG or JPEG");
  }

  @Test
  void aTruncatedImageIsRefused() throws Exception {
    isProblem(
        server.send(server.post("image/png", Arrays.copyOf(PNG, PNG.length - 20))), 400, "corrupt");
    isProblem(server.send(server.post("image/png", Arrays.copyOf(PNG, 20))), 400, "corrupt");
  }

  /** A hundred bytes that would be 600 MB, or what no array holds. */
  @Test
  void theHeaderAloneIsReadOfTooLargeAnImage() throws Exception {
    isProblem(
        server.send(server.post("image/png", header(20_000, 10_000))), 413, "20000x10000", "10000");
    isProblem(
        server.send(server.post("image/png", header(2_000_000_000, 2_000_000_000))), 413, "pixels");
    assertThat(model.asked()).isZero();
  }

  private static byte[] header(int width, int height) {
    ByteBuffer png = ByteBuffer.allocate(8 + 25 + 12);
    png.putLong(0x89504E470D0A1A0AL).putInt(13);
    png.put("IHDR".getBytes(UTF_8)).putInt(width).putInt(height);
    png.put(new byte[] {8, 2, 0, 0, 0});
    putChecksum(png, 12, 17);
    png.putInt(0).put("IEND".getBytes(UTF_8));
    putChecksum(png, 37, 4);
    return png.array();
  }

  private static void putChecksum(ByteBuffer png, int from, int length) {
    var checksum = new CRC32();
    checksum.update(png.slice(from, length));
    png.putInt((int) checksum.getValue());
  }

  /**
   * A small image with 64 MB in 64 KB: what lies behind its pixels is not unpacked, nor are texts
   * and profiles.
   */
  @ParameterizedTest
  @ValueSource(strings = {"IDAT", "zTXt", "iCCP"})
  void aSmallImageThatUnpacksToMuchTakesNoMemory(String kind) throws Exception {
    var packed = new ByteArrayOutputStream();
    if (!kind.equals("IDAT")) {
      packed.write(new byte[] {'a', 0, 0});
    }
    try (var deflater = new DeflaterOutputStream(packed, new Deflater(9))) {
      for (int i = 0; i < 64; i++) {
        deflater.write(new byte[1 << 20]);
      }
    }
    byte[] bomb = packed.toByteArray();
    int pixels = 8 + 25;
    ByteBuffer png = ByteBuffer.allocate(PNG.length + bomb.length + 12);
    png.put(header(8, 4), 0, pixels).putInt(bomb.length).put(kind.getBytes(UTF_8)).put(bomb);
    putChecksum(png, pixels + 4, 4 + bomb.length);
    if (kind.equals("IDAT")) {
      png.put(header(8, 4), pixels, 12);
    } else {
      png.put(PNG, pixels, PNG.length - pixels);
    }
    // The first request loads classes.
    itGoesOn();
    long before = allocated();

    assertThat(server.send(server.post("image/png", png.array())).statusCode()).isEqualTo(200);

    assertThat(allocated() - before).isLessThan(16 << 20);
  }

  /** Bytes that all threads together have asked Java's heap for so far. */
  private static long allocated() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds())).sum();
  }

  @Test
  void aJpegOfThousandsOfScansIsRefused() throws Exception {
    byte[] jpeg = TestServer.encoded("jpeg", 16, 16, 0, 255);
    byte[] many = Arrays.copyOf(jpeg, jpeg.length + 2000);
    for (int i = jpeg.length; i < many.length; i += 2) {
      many[i] = (byte) 0xFF;
      many[i + 1] = (byte) 0xDA;
    }
    isProblem(server.send(server.post("image/jpeg", many)), 400, "scans");
  }

  @Test
  void tooManyBytesAreRefusedWhetherTheyAreCountedOrNot() throws Exception {
    isProblem(server.send(server.post("image/png", new byte[150_000])), 413, "100000 bytes");
    isProblem(
        server.send(
            server
                .to("/predict")
                .header("Content-Type", "image/png")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArrays(
                        List.of(new byte[70_000], new byte[80_000])))),
        413,
        "100000 bytes");
    assertThat(
            server.raw(
                lines(
                    "POST /predict HTTP/1.1",
                    "Host: localhost",
                    "Content-Type: image/png",
                    "Content-Length: 99999999999",
                    "",
                    "")))
        .startsWith("HTTP/1.1 413")
        .contains("Connection: close");
  }

  @Test
  void aFormWithoutEndIsCutOff() throws Exception {
    String head =
        lines(
            "POST /predict HTTP/1.1",
            "Host: localhost",
            "Transfer-Encoding: chunked",
            "Content-Type: multipart/form-data; boundary=x",
            "",
            "2f",
            "--x",
            "Content-Disposition: form-data; name=a",
            "",
            "",
            "");
    int sent = 0;
    try (Socket socket = server.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(UTF_8));
      byte[] chunk = ("1000\r\n" + "a".repeat(0x1000) + "\r\n").getBytes(UTF_8);
      while (sent < 1 << 30) {
        out.write(chunk);
        sent += chunk.length;
      }
    } catch (SocketException e) {
      // The server has hung up.
    }
    assertThat(sent).isLessThan(100 << 20);
  }

  @Test
  void aFormThatIsNoneIsRefused() throws Exception {
    isProblem(server.send(server.post("multipart/form-data", PNG)), 400, "boundary");
    isProblem(server.send(server.post("multipart/form-data; boundary=x", PNG)), 400, "'image'");
    isProblem(
        server.send(server.post("multipart/form-data; boundary=x", "--x--\r\n".getBytes(UTF_8))),
        400,
        "'image'");
  }

  @Test
  void aBodyThatDoesNotComeIsNotWaitedFor() throws Exception {
    startImpatient();
    String answer =
        server.raw(
            lines(
                "POST /predict HTTP/1.1",
                "Host: localhost",
                "Content-Type: image/png",
                "Content-Length: 1000",
                "",
                "abc"));

    assertThat(answer).startsWith("HTTP/1.1 408").contains("Connection: close", "1.0 seconds");
  }

  /** A byte now and then would keep a connection for ever. */
  @Test
  void aHeadThatComesByteByByteIsCutOff() throws Exception {
    startImpatient();
    byte[] head = ("GET /health HTTP/1.1\r\nX: " + "a".repeat(10_000)).getBytes(UTF_8);
    int sent = 0;
    try (Socket socket = server.connect()) {
      socket.setSoTimeout(50);
      boolean open = true;
      while (open && sent < head.length) {
        socket.getOutputStream().write(head[sent++]);
        open = stillOpen(socket);
      }
    } catch (SocketException e) {
      // The server has hung up.
    }
    assertThat(sent).isLessThan(1000);
  }

  private static boolean stillOpen(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  @Test
  void labelsThatComeTooLateAreNotWaitedFor() throws Exception {
    startImpatient();
    model.shut();
    HttpResponse<byte[]> late = server.send(server.post("image/png", PNG));

    isProblem(late, 503, "1.0 seconds");
    assertThat(late.headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void aFailureOfTheServersTellsNoSecret() throws Exception {
    HttpResponse<byte[]> response =
        server.send(server.post("image/png", TestServer.png(8, 4, 0, 66)));

    isProblem(response, 500, "its log");
    assertThat(new String(response.body(), UTF_8)).doesNotContain("secret");
  }

  @Test
  void aFormThatThereIsNotIsNotAcceptable() throws Exception {
    isProblem(server.predict("text/plain, application/json;q=0", PNG), 406, "show=overlay");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/streets/../../../etc/passwd",
        "/streets/7.png",
        "//etc/passwd",
        "/page.mustache",
        "/..;/etc/passwd"
      })
  void noPathLeadsToAFile(String path) throws Exception {
    String answer =
        server.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    assertThat(answer).matches("(?s)HTTP/1\\.1 4\\d\\d .*").doesNotContain("root:");
    assertThat(answer).contains("application/problem+json");
  }

  @Test
  void anotherMethodSaysWhichThereAre() throws Exception {
    HttpResponse<byte[]> response = server.send(server.to("/predict").DELETE());

    isProblem(response, 405, "POST");
    assertThat(response.headers().firstValue("allow")).contains("POST");
  }

  /** A page of another name, which resolves to this machine, must not read what is served here. */
  @Test
  void onlyThisMachinesOwnNamesAreAnswered() throws Exception {
    String other = "GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";

    assertThat(server.raw(other)).startsWith("HTTP/1.1 421");
    assertThat(server.raw(other.replace("evil.example", "localhost:1234")))
        .startsWith("HTTP/1.1 200");
    assertThat(server.raw(other.replace("evil.example", "[::1]"))).startsWith("HTTP/1.1 200");
  }

  @Test
  void whatIsNoHttpIsToldSo() throws Exception {
    assertThat(server.raw("hello\r\n\r\n")).startsWith("HTTP/1.1 400").contains("problem+json");
    assertThat(server.raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(100_000)))
        .startsWith("HTTP/1.1 431")
        .contains("problem+json");
  }

  @Test
  void aThousandConnectionsThatSayNothingStandInNobodysWay() throws Exception {
    startImpatient();
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 1000; i++) {
        Socket socket = server.connect();
        sockets.add(socket);
        socket.getOutputStream().write("POST /pre".getBytes(UTF_8));
      }
      itGoesOn();
      assertThat(sockets.get(0).getInputStream().read()).isEqualTo(-1);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
