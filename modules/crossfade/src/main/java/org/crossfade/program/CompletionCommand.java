package org.crossfade.program;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.util.ArrayList;
import java.util.List;
import org.crossfade.training.cli.Command;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.HelpArgument;

/** {@code completion}: prints what a shell needs to complete command lines. */
@Parameters(
    commandDescription =
        "Print what a shell needs to complete verbs, options and methods: completion bash, or zsh")
public final class CompletionCommand implements Command {
  private static final String PROGRAM = "crossfade";

  @ParametersDelegate private final HelpArgument help = new HelpArgument();

  @Parameter(description = "bash or zsh")
  private List<String> shells = new ArrayList<>();

  /** For {@link java.util.ServiceLoader}. */
  public CompletionCommand() {}

  @Override
  public String verb() {
    return "completion";
  }

  @Override
  public boolean helpAsked() {
    return help.asked();
  }

  @Override
  public int run(List<String> typed) {
    Vocabulary vocabulary = Vocabulary.ofClassPath(PROGRAM);
    System.out.print(
        switch (String.join(" ", shells)) {
          case "bash" -> BashCompletion.of(vocabulary);
          case "zsh" -> ZshCompletion.of(vocabulary);
          default ->
              throw new ParameterException(
                  "which shell? Give one of bash, zsh, as in: crossfade completion bash");
        });
    return CommandLine.DONE;
  }
}
