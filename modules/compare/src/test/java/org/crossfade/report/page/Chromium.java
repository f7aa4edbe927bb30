package org.crossfade.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One page of a headless Chromium, over the DevTools protocol. */
final class Chromium implements AutoCloseable {
  private static final int SECONDS = 90;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final WebSocket socket;
  private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private int sent;

  /** Returns the browser of this machine, if there is one. */
  static Optional<Path> installed() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts a browser whose profile is in {@code profile}. */
  Chromium(Path program, Path profile) throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                // The page is our own, and a container's root can't use the sandbox.
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(page(port(profile)), new Listener())
            .join();
    call("Page.enable", JSON.createObjectNode());
    call("Network.enable", JSON.createObjectNode());
  }

  private int port(Path profile) throws IOException, InterruptedException {
    Path file = profile.resolve("DevToolsActivePort");
    for (int i = 0; i < 10 * SECONDS && process.isAlive(); i++) {
      if (Files.exists(file) && !Files.readAllLines(file).isEmpty()) {
        return Integer.parseInt(Files.readAllLines(file).get(0).strip());
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IOException("Chromium opened no port for DevTools");
  }

  private static URI page(int port) throws IOException, InterruptedException {
    HttpResponse<String> pages =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    for (JsonNode target : JSON.readTree(pages.body())) {
      if (target.path("type").asText().equals("page")) {
        return URI.create(target.path("webSocketDebuggerUrl").asText());
      }
    }
    throw new IOException("Chromium shows no page: " + pages.body());
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        received(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void received(String text) {
    try {
      JsonNode message = JSON.readTree(text);
      if (message.path("method").asText().equals("Network.requestWillBeSent")) {
        requests.add(message.path("params").path("request").path("url").asText());
      } else if (message.has("id")) {
        answers.add(message);
      }
    } catch (IOException e) {
      throw new IllegalStateException("DevTools said " + text, e);
    }
  }

  private JsonNode call(String method, ObjectNode parameters) throws InterruptedException {
    ObjectNode message = JSON.createObjectNode().put("id", ++sent).put("method", method);
    message.set("params", parameters);
    socket.sendText(message.toString(), true).join();
    JsonNode answer = answers.poll(SECONDS, TimeUnit.SECONDS);
    if (answer == null || answer.has("error") || answer.path("id").asInt() != sent) {
      throw new IllegalStateException(method + " was answered by " + answer);
    }
    return answer.path("result");
  }

  /** Opens a file as in a window of a size in CSS pixels. */
  void open(Path file, int width, int height) throws InterruptedException {
    call(
        "Emulation.setDeviceMetricsOverride",
        JSON.createObjectNode()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", width < 640));
    call("Page.navigate", JSON.createObjectNode().put("url", file.toUri().toString()));
    for (int i = 0; i < 10 * SECONDS; i++) {
      if (evaluate("document.readyState === 'complete' && location.protocol === 'file:'")
          .asBoolean()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException(file + " was not loaded");
  }

  /** Returns the value of a JavaScript expression. */
  JsonNode evaluate(String expression) throws InterruptedException {
    return call(
            "Runtime.evaluate",
            JSON.createObjectNode().put("expression", expression).put("returnByValue", true))
        .path("result")
        .path("value");
  }

  /** Returns the addresses of all that was requested so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Writes what the window shows as PNG. */
  void screenshot(Path file) throws IOException, InterruptedException {
    write(file, call("Page.captureScreenshot", JSON.createObjectNode().put("format", "png")));
  }

  /** Shows the page as on paper, or as on a screen. */
  void emulatePaper(boolean paper) throws InterruptedException {
    call(
        "Emulation.setEmulatedMedia",
        JSON.createObjectNode().put("media", paper ? "print" : "screen"));
  }

  /** Writes the page as it is printed on A4. */
  void print(Path file) throws IOException, InterruptedException {
    JsonNode document =
        call(
            "Page.printToPDF",
            JSON.createObjectNode()
                .put("paperWidth", 8.27)
                .put("paperHeight", 11.69)
                .put("preferCSSPageSize", false));
    write(file, document);
  }

  private static void write(Path file, JsonNode answer) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(answer.path("data").asText()));
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
