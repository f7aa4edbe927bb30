package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.crossfade.training.TinyRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a process is started under: languages, and encodings of files' names. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LocaleIT {
  @TempDir Path folder;

  @Test
  void aProcessInPersianTrains() throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of("train", "--method", "tiny", "--run-dir", "run"));
    TinyRuns.settings("tiny.source.iterations = 1", "tiny.target-iterations = 1")
        .forEach(setting -> words.addAll(List.of("--set", setting)));

    ChildProcess child =
        ChildProcess.program(
            folder, Map.of(), List.of("-Duser.language=fa", "-Duser.country=IR"), words);

    assertThat(child.process().waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(child.process().exitValue()).as(child.told()).isEqualTo(CommandLine.DONE);
    assertThat(folder.resolve("run/results.json")).content().contains("\"iterations\" : 1");
  }

  /** The shell writes the bytes: this process may be under such a locale itself. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void namesThatAreNotAsciiAreReadUnderTheLocaleC() throws IOException, InterruptedException {
    Path script =
        Files.writeString(
            folder.resolve("named"),
            """
            dir=$(printf 'b\\303\\266')
            mkdir "$dir"
            printf 'crossfade.run.seed = 77\\n' > "$dir/$(printf '\\303\\274.conf')"
            exec "$@" --config "$dir/$(printf '\\303\\274.conf')"
            """);

    ChildProcess child =
        ChildProcess.program(
            folder,
            Map.of("LC_ALL", "C"),
            List.of("bash", script.toString()),
            List.of(),
            List.of("print-config", "--method", "tiny"));

    assertThat(child.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(child.process().exitValue()).as(child.told()).isEqualTo(CommandLine.DONE);
    assertThat(child.out()).content().containsPattern("seed *= *77");
    assertThat(child.told()).isEmpty();
  }
}
