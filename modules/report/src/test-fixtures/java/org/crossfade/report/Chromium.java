package org.crossfade.report;

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
public final class Chromium implements AutoCloseable {
  private static final int SECONDS = 90;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final WebSocket socket;
  private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private int sent;

  /** Returns the browser of this machine, if there is one. */
  public static Optional<Path> installed() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts a browser whose profile is in {@code profile}. */
  public Chromium(Path program, Path profile) throws IOException, InterruptedException {
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
  public void open(Path file, int width, int height) throws InterruptedException {
    open(file.toUri(), width, height);
  }

  /** Opens an address as in a window of a size in CSS pixels. */
  public void open(URI address, int width, int height) throws InterruptedException {
    call(
        "Emulation.setDeviceMetricsOverride",
        JSON.createObjectNode()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", width < 640));
    call("Page.navigate", JSON.createObjectNode().put("url", address.toString()));
    for (int i = 0; i < 10 * SECONDS; i++) {
      String loaded =
          "document.readyState === 'complete' && location.protocol === '"
              + address.getScheme()
              + ":'";
      if (evaluate(loaded).asBoolean()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException(address + " was not loaded");
  }

  /** Waits until a JavaScript expression is true. */
  public void await(String expression) throws InterruptedException {
    for (int i = 0; i < 10 * SECONDS; i++) {
      if (evaluate(expression).asBoolean()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException("it never became true that " + expression);
  }

  /**
   * Presses a key and lets it go.
   *
   * @param key as JavaScript calls it: {@code Enter}, {@code Tab}, {@code ArrowLeft}
   * @param code of Windows for it: 13, 9, 37
   */
  public void press(String key, int code) throws InterruptedException {
    ObjectNode event =
        JSON.createObjectNode().put("key", key).put("code", key).put("windowsVirtualKeyCode", code);
    ObjectNode down = event.deepCopy().put("type", "keyDown");
    if (key.equals("Enter")) {
      down.put("text", "\r");
    }
    call("Input.dispatchKeyEvent", down);
    call("Input.dispatchKeyEvent", event.put("type", "keyUp"));
  }

  /** Gives files to the input that a CSS selector finds, as somebody who chooses them does. */
  public void choose(String selector, Path file) throws InterruptedException {
    int document =
        call("DOM.getDocument", JSON.createObjectNode()).path("root").path("nodeId").asInt();
    int input =
        call(
                "DOM.querySelector",
                JSON.createObjectNode().put("nodeId", document).put("selector", selector))
            .path("nodeId")
            .asInt();
    ObjectNode chosen = JSON.createObjectNode().put("nodeId", input);
    chosen.putArray("files").add(file.toAbsolutePath().toString());
    call("DOM.setFileInputFiles", chosen);
  }

  /** Says that the user prefers {@code light} or {@code dark} colours. */
  public void preferColours(String scheme) throws InterruptedException {
    ObjectNode media = JSON.createObjectNode();
    media.putArray("features").addObject().put("name", "prefers-color-scheme").put("value", scheme);
    call("Emulation.setEmulatedMedia", media);
  }

  /** Returns the value of a JavaScript expression. */
  public JsonNode evaluate(String expression) throws InterruptedException {
    return call(
            "Runtime.evaluate",
            JSON.createObjectNode().put("expression", expression).put("returnByValue", true))
        .path("result")
        .path("value");
  }

  /** Returns the addresses of all that was requested so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** Writes what the window shows as PNG. */
  public void screenshot(Path file) throws IOException, InterruptedException {
    write(file, call("Page.captureScreenshot", JSON.createObjectNode().put("format", "png")));
  }

  /** Writes all of the page as PNG, also what the window does not show. */
  public void wholePage(Path file) throws IOException, InterruptedException {
    write(
        file,
        call(
            "Page.captureScreenshot",
            JSON.createObjectNode().put("format", "png").put("captureBeyondViewport", true)));
  }

  /** Shows the page as on paper, or as on a screen. */
  public void emulatePaper(boolean paper) throws InterruptedException {
    call(
        "Emulation.setEmulatedMedia",
        JSON.createObjectNode().put("media", paper ? "print" : "screen"));
  }

  /** Writes the page as it is printed on A4. */
  public void print(Path file) throws IOException, InterruptedException {
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
