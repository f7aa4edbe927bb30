package org.crossfade.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.crossfade.serving.http.HttpServer;
import org.crossfade.serving.model.LoadedModel;
import org.crossfade.serving.predict.PredictLimits;
import org.crossfade.serving.predict.PredictionSite;

/** A model that is served on a free port, and what asks it. */
public final class TestServer implements AutoCloseable {
  public static final PredictLimits LIMITS = new PredictLimits(10_000, 100_000, 2, 30, 4);

  private static final ObjectMapper JSON = new ObjectMapper();
  private final PredictionSite site;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  public TestServer(LoadedModel model, PredictLimits limits, double idleSeconds)
      throws IOException {
    site = new PredictionSite(model, "fake", limits);
    server =
        HttpServer.start(site.site(), "127.0.0.1", 0, new HttpServer.Limits(2048, idleSeconds, 5));
  }

  public URI address() {
    return server.address();
  }

  public HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(address().resolve(path)).timeout(Duration.ofSeconds(60));
  }

  public HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  public CompletableFuture<HttpResponse<byte[]>> sendAsync(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  /** A request that posts a body. */
  public HttpRequest.Builder post(String type, byte[] body) {
    return to("/predict")
        .header("Content-Type", type)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  public HttpResponse<byte[]> predict(String accept, byte[] png)
      throws IOException, InterruptedException {
    return send(post("image/png", png).header("Accept", accept));
  }

  /** The same as bytes of HTTP, which may be wrong; returns all until the server closes. */
  public String raw(String text) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  public Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), address().getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  public static JsonNode json(HttpResponse<byte[]> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static BufferedImage picture(HttpResponse<byte[]> response) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(response.body()));
  }

  /** A picture whose left part is red, and the rest of a grey. */
  public static byte[] png(int width, int height, int red, int grey) {
    return encoded("png", width, height, red, grey);
  }

  public static byte[] encoded(String format, int width, int height, int red, int grey) {
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, x < red ? 0xFF0000 : grey * 0x010101);
      }
    }
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    server.close();
    site.close();
  }
}
