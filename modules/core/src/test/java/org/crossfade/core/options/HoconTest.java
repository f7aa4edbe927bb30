package org.crossfade.core.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file of options may include, and what becomes of one that can't be read. */
class HoconTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include \"inner/a.conf\"",
        "include \"inner/a\"",
        "include file(\"inner/a.conf\")",
        "include required(file(\"inner/a.conf\"))",
        "include required(\"inner/a.conf\")"
      })
  void pathsAreRelativeToTheIncludingFile(String statement) throws IOException {
    write("inner/a.conf", "include file(\"b.conf\")\na = 1");
    write("inner/b.conf", "b = 2");

    Config read = Hocon.file(write("main.conf", "x {\n  " + statement + "\n}\n"));

    assertThat(read.getInt("x.a")).isEqualTo(1);
    assertThat(read.getInt("x.b")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include classpath(\"hocon/including.conf\")",
        "include required(classpath(\"hocon/including.conf\"))",
        "include \"hocon/including.conf\"",
        "include \"hocon/including\""
      })
  void theClassPathIsIncludedFromAnyFolder(String statement) throws IOException {
    Config read = Hocon.file(write("main.conf", statement));

    assertThat(read.getInt("own")).isEqualTo(2);
    assertThat(read.getInt("beside")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include \"absent.conf\"",
        "include \"absent\"",
        "include file(\"absent.conf\")",
        "include required(\"absent.conf\")",
        "include classpath(\"absent.conf\")",
        "include required(classpath(\"absent.conf\"))"
      })
  void aMissingIncludeIsAnErrorWithFileAndLine(String statement) throws IOException {
    Path file = write("main.conf", "a = 1 # include \"absent.conf\"\n\nx { " + statement + " }\n");

    assertThatThrownBy(() -> Hocon.file(file))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(file + ": 3: include of \"absent");
  }

  @Test
  void aMissingIncludeOfAnIncludedFileNamesThatFile() throws IOException {
    Path inner = write("inner.conf", "\ninclude \"absent.conf\"");
    Path file = write("main.conf", "include \"inner.conf\"");

    assertThatThrownBy(() -> Hocon.file(file))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(inner + ": 2: include of \"absent.conf\"");
    assertThatThrownBy(() -> Hocon.resource("hocon/missing.conf"))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("hocon/missing.conf: 2: include of \"absent.conf\"");
  }

  /** The server listens, and what it would serve is what the file could be expected to get. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "include url(\"URL\")",
        "include required(url(\"URL\"))",
        "include \"URL\"",
        "include required(\"URL\")",
        "include classpath(\"URL\")",
        "include file(\"URL\")"
      })
  void nothingIsFetched(String statement) throws IOException {
    var asked = new AtomicInteger();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/a.conf";
      Path file = write("main.conf", "a = 1\n" + statement.replace("URL", url));

      assertThatThrownBy(() -> Hocon.file(file))
          .isInstanceOf(InvalidOptionsException.class)
          .hasMessageContaining(file + ": 2: include of");
      assertThatThrownBy(() -> Hocon.text(statement.replace("URL", url), "--set x"))
          .isInstanceOf(InvalidOptionsException.class);
    } finally {
      server.stop(0);
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void fileUrlsAreRefusedToo() throws IOException {
    Path other = write("other.conf", "b = 1");
    Path file = write("main.conf", "include url(\"" + other.toUri() + "\")");

    assertThatThrownBy(() -> Hocon.file(file))
        .hasMessageContaining("never fetched from a URL. Save it to a file");
  }

  @Test
  void aFileThatIncludesItselfIsNamed() throws IOException {
    Path first = write("first.conf", "include \"second.conf\"");
    Path second = write("second.conf", "include \"first.conf\"");

    assertThatThrownBy(() -> Hocon.file(first))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(first + ": includes itself, by way of " + first + ", " + second);
  }

  @Test
  void aTextIncludesNothing() {
    assertThatThrownBy(() -> Hocon.text("include \"hocon/beside.conf\"", "--set x"))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("--set x: 1: include of")
        .hasMessageContaining("only files can include");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{ a = ", "a."})
  void valuesNestedTooDeeplyAreRefusedWithTheFile(String open) throws IOException {
    String close = open.equals("[") ? "]" : open.equals("a.") ? "" : "}";
    for (int depth : new int[] {300, 20_000}) {
      Path file = write("deep.conf", "x = 1\ny = { b = " + nested(open, close, depth) + " }");
      assertThatThrownBy(() -> Hocon.file(file))
          .isInstanceOf(InvalidOptionsException.class)
          .hasMessageContaining(file + ": ")
          .hasMessageContaining("nested too deeply");
    }
    assertThat(Hocon.file(write("ok.conf", "b = " + nested(open, close, 50))).isEmpty()).isFalse();
  }

  private static String nested(String open, String close, int depth) {
    return open.equals("a.")
        ? "{ " + open.repeat(depth) + "c = 1 }"
        : open.repeat(depth) + (open.equals("[") ? "" : "1") + close.repeat(depth);
  }

  /** Each reference alone is short; all of them are not. */
  @Test
  void referencesInALongRowAreRefusedWithoutAStackTrace() throws IOException {
    var text = new StringBuilder("a5000 = 1\n");
    for (int i = 0; i < 5_000; i++) {
      text.append("a" + i + " = ${a" + (i + 1) + "}\n");
    }
    Config unresolved = Hocon.file(write("row.conf", text.toString()));

    assertThatThrownBy(() -> Hocon.resolve(unresolved))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("nested too deeply");
  }

  @Test
  void syntaxErrorsNameFileAndLine() throws IOException {
    Path file = write("wrong.conf", "a = 1\nb = }\n");

    assertThatThrownBy(() -> Hocon.file(file))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(file + ": 2");
  }

  @Test
  void aFolderAndAnAbsentFileAreNoFiles() {
    assertThatThrownBy(() -> Hocon.file(folder)).hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> Hocon.file(folder.resolve("x.conf")))
        .hasMessageContaining("x.conf: there is no such file");
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
