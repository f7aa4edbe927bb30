package org.crossfade.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the distribution's script says about an archive or a Java that can't do. */
class StartScriptTest {
  private static final Path SCRIPT = Path.of("src/dist/bin/crossfade");

  private record Answer(int code, String said) {}

  @TempDir Path folder;

  private Path home;

  @BeforeEach
  void unpack() throws IOException {
    assumeThat(Path.of("/bin/sh")).exists();
    home = folder.resolve("with blank");
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("lib"));
    Files.copy(SCRIPT, home.resolve("bin/crossfade"), StandardCopyOption.COPY_ATTRIBUTES);
  }

  @Test
  void anArchiveWithoutItsLibrariesIsToBeUnpackedWhole() throws Exception {
    assertThat(run(javaOf("17.0.1")))
        .isEqualTo(
            new Answer(
                1,
                "error: '%s' has no lib/classpath; unpack the whole archive, and keep bin and lib side by side\n"
                    .formatted(home.toRealPath())));
  }

  @Test
  void aLibraryThatIsMissingIsNamed() throws Exception {
    Files.writeString(home.resolve("lib/classpath"), "./a-1.jar:./b-2.jar");
    Files.createFile(home.resolve("lib/crossfade.jar"));
    Files.createFile(home.resolve("lib/a-1.jar"));

    Answer answer = run(javaOf("21"));

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.said()).startsWith("error: ").contains("lacks b-2.jar");
  }

  @Test
  void anOlderJavaAndNoJavaAreRefused() throws Exception {
    assertThat(run(javaOf("11.0.2")).said()).contains("is Java 11.0.2", "needs 17 or newer");
    assertThat(run(folder.resolve("nothing")).said()).contains("JAVA_HOME is", "no bin/java");
  }

  @Test
  void argumentsAndFoldersWithBlanksReachTheProgram() throws Exception {
    Files.writeString(home.resolve("lib/classpath"), "./a-1.jar");
    Files.createFile(home.resolve("lib/crossfade.jar"));
    Files.createFile(home.resolve("lib/a-1.jar"));

    Answer answer = run(javaOf("17.0.1"), "predict", "a photo.png");

    String real = home.toRealPath().toString();
    assertThat(answer.code()).isZero();
    assertThat(answer.said().lines())
        .contains("[a photo.png]", "[predict]", "[-Dcrossfade.home=" + real + "]")
        .contains("[" + real + "/lib/crossfade.jar:" + real + "/lib/a-1.jar]");
  }

  /** A Java that prints its arguments. */
  private Path javaOf(String version) throws IOException {
    Path java = folder.resolve("java-" + version);
    Files.createDirectories(java.resolve("bin"));
    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path program = java.resolve("bin/java");
    Files.writeString(program, "#!/bin/sh\nprintf '[%s]\\n' \"$@\"\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return java;
  }

  private Answer run(Path java, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("/bin/sh", home + "/bin/crossfade"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", java.toString());
    builder.environment().put("CROSSFADE_CDS", "off");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), said);
  }
}
