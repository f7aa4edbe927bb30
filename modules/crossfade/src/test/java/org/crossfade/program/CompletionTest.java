package org.crossfade.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.beust.jcommander.JCommander;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.config.Methods;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A shell completes every word that the program takes. */
class CompletionTest {
  private static final Path BASH = Path.of("/bin/bash");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void everyVerbEveryOptionAndEveryMethodIsInTheScript(String shell) {
    String script = printed("completion", shell);
    Map<String, JCommander> verbs = CommandLine.ofVerbs("crossfade").described().getCommands();

    assertThat(verbs).containsKeys("train", "reproduce", "compare", "benchmark", "completion");
    verbs.forEach(
        (verb, parser) -> {
          assertThat(script).as(verb).contains("    " + verb + ")");
          // From the verb's own part to the next one's.
          String part = script.substring(script.indexOf("    " + verb + ")")).split(";;", 2)[0];
          assertThat(parser.getParameters()).as(verb).isNotEmpty();
          parser
              .getParameters()
              .forEach(option -> assertThat(part).as(verb).contains(option.getNames().split(", ")));
        });
    assertThat(script)
        .contains(Methods.all().stream().map(AdaptationMethod.Factory::name).toList());
  }

  @Test
  void anUnknownShellIsWrongUsage() {
    assertThat(CommandLine.ofVerbs("crossfade").run("completion", "fish"))
        .isEqualTo(CommandLine.USAGE);
  }

  @Test
  void bashCompletesWhatWasBegun() throws IOException, InterruptedException {
    assumeThat(BASH).exists();

    assertThat(completed("crossfade tra")).containsExactly("train");
    assertThat(completed("crossfade --ver")).containsExactly("--version");
    assertThat(completed("crossfade train --data")).containsExactly("--data-root");
    assertThat(completed("crossfade train --streets --method adapt"))
        .containsExactly("adaptsegnet");
    assertThat(completed("crossfade train --config --data")).isEmpty();
    assertThat(completed("crossfade unknown --da")).isEmpty();
  }

  private List<String> completed(String line) throws IOException, InterruptedException {
    Path script = folder.resolve("crossfade.bash");
    Files.writeString(
        script,
        printed("completion", "bash")
            + "COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _crossfade\n".formatted(line)
            + "for answer in \"${COMPREPLY[@]}\"; do printf '%s\\n' \"$answer\"; done\n");
    Process bash =
        new ProcessBuilder(BASH.toString(), script.toString()).redirectErrorStream(true).start();
    String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(answer).isZero();
    return answer.lines().toList();
  }

  private static String printed(String... arguments) {
    PrintStream before = System.out;
    var bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThat(CommandLine.ofVerbs("crossfade").run(arguments)).isEqualTo(CommandLine.DONE);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
