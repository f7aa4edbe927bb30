package org.crossfade.training.cli;

import com.beust.jcommander.JCommander;
import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.loop.StoppedException;
import org.crossfade.training.loop.TrainingDivergedException;
import org.crossfade.training.run.CheckpointException;

/** Parses, runs, and turns what a user can cause into one message and an exit code. */
public final class CommandLine {
  /** Done. */
  public static final int DONE = 0;

  /** Failed: data, files, training. */
  public static final int FAILED = 1;

  /** Wrong usage: arguments or options. */
  public static final int USAGE = 2;

  /** Options before the verb. */
  private static final class Global {
    @Parameter(
        names = {"--help", "-h"},
        help = true,
        description = "Show this text")
    private boolean help;
  }

  private final String program;
  private final Map<String, Command> commands;
  private final Optional<Command> only;

  /** Takes the verbs, in the order in which help shows them. */
  CommandLine(String program, Map<String, Command> commands) {
    this(program, commands, Optional.empty());
  }

  private CommandLine(String program, Map<String, Command> commands, Optional<Command> only) {
    this.program = program;
    this.commands = commands;
    this.only = only;
  }

  /** Returns the command line of a program without verbs, which runs without arguments too. */
  public static CommandLine single(String program, Command command) {
    return new CommandLine(program, Map.of(), Optional.of(command));
  }

  /** Runs one command line and returns its exit code. */
  public int run(String... arguments) {
    var global = new Global();
    var builder = JCommander.newBuilder().programName(program).addObject(global);
    commands.forEach(builder::addCommand);
    only.ifPresent(builder::addObject);
    JCommander parser = builder.build();
    try {
      parser.parse(arguments);
      if (global.help || (arguments.length == 0 && only.isEmpty())) {
        parser.usage();
        return arguments.length == 0 ? USAGE : DONE;
      }
      if (only.isPresent()) {
        return only.get().run();
      }
      if (parser.getParsedCommand() == null) {
        throw new ParameterException("which command? " + String.join(", ", commands.keySet()));
      }
      return commands.get(parser.getParsedCommand()).run();
    } catch (ParameterException e) {
      return complain(usageMessage(parser, e), USAGE);
    } catch (InvalidOptionsException e) {
      return complain(e.getMessage(), USAGE);
    } catch (DataException
        | CheckpointException
        | TrainingDivergedException
        | StoppedException
        | IllegalArgumentException e) {
      return complain(e.getMessage(), FAILED);
    } catch (UncheckedIOException | IOException e) {
      return complain(
          e.getMessage() + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()), FAILED);
    }
  }

  private static int complain(String message, int code) {
    System.out.flush();
    System.err.println("error: " + message);
    return code;
  }

  /** JCommander calls a mistyped option a main parameter; name the closest option instead. */
  private String usageMessage(JCommander parser, ParameterException e) {
    String message = String.valueOf(e.getMessage());
    int dashes = message.indexOf("'--");
    String hint = "\nSee " + program + " --help";
    if (dashes < 0) {
      return message + hint;
    }
    String wrong = message.substring(dashes + 1, message.indexOf('\'', dashes + 1));
    JCommander scope =
        parser.getParsedCommand() == null
            ? parser
            : parser.getCommands().get(parser.getParsedCommand());
    List<String> known =
        scope.getParameters().stream()
            .flatMap(p -> List.of(p.getNames().split(", ")).stream())
            .toList();
    return "unknown option "
        + wrong
        + known.stream()
            .min(Comparator.comparingInt(option -> distance(option, wrong)))
            .map(option -> "; did you mean " + option + "? Known are " + String.join(", ", known))
            .orElse("")
        + hint;
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
