package org.crossfade.training.cli;

import com.beust.jcommander.JCommander;
import com.beust.jcommander.MissingCommandException;
import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.google.common.base.Strings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.crossfade.training.config.Methods;
import org.crossfade.training.loop.StoppedException;
import org.crossfade.training.run.Provenance;

/** Parses, runs, and turns what a user can cause into one message and an exit code. */
public final class CommandLine {
  /** Done. */
  public static final int DONE = 0;

  /** Failed: data, files, training. */
  public static final int FAILED = 1;

  /** Wrong usage: arguments or options. */
  public static final int USAGE = 2;

  /** Environment variable that asks for stack traces; any value. */
  public static final String DEBUG = "CROSSFADE_DEBUG";

  /** Options before the verb. */
  private static final class Global {
    @Parameter(
        names = {"--help", "-h"},
        help = true,
        description = "Show this text")
    private boolean help;

    @Parameter(
        names = "--version",
        help = true,
        description = "Show the versions of Crossfade, TensorFlow and Java, and the machine")
    private boolean version;
  }

  private final String program;
  private final Map<String, Command> commands;
  private final Optional<Command> only;

  private CommandLine(String program, Map<String, Command> commands, Optional<Command> only) {
    this.program = program;
    this.commands = commands;
    this.only = only;
  }

  /**
   * Returns the command line of all verbs on the class path, in its order.
   *
   * @throws IllegalStateException if two have one word
   */
  public static CommandLine ofVerbs(String program) {
    var commands = new LinkedHashMap<String, Command>();
    for (Command command : ServiceLoader.load(Command.class)) {
      Command other = commands.put(command.verb(), command);
      if (other != null) {
        throw new IllegalStateException(
            "the verb '%s' is there twice: %s and %s"
                .formatted(command.verb(), other.getClass(), command.getClass()));
      }
    }
    return new CommandLine(program, commands, Optional.empty());
  }

  /** Returns the command line of a program without verbs, which runs without arguments too. */
  public static CommandLine single(String program, Command command) {
    return new CommandLine(program, Map.of(), Optional.of(command));
  }

  /** Returns the verbs with their options, for what describes them; it runs nothing. */
  public JCommander described() {
    JCommander parser = parser(new Global());
    parser.createDescriptions();
    return parser;
  }

  private JCommander parser(Global global) {
    var builder = JCommander.newBuilder().programName(program).expandAtSign(false);
    only.ifPresentOrElse(builder::addObject, () -> builder.addObject(global));
    commands.forEach(builder::addCommand);
    return builder.build();
  }

  /** Runs one command line and returns its exit code. */
  public int run(String... arguments) {
    var global = new Global();
    JCommander parser = parser(global);
    try {
      parser.parse(arguments);
      if (only.isPresent()) {
        return only.get().helpAsked() ? help(parser) : only.get().run(List.of(arguments));
      }
      if (global.version) {
        System.out.println(version(Provenance.Program.running()));
        return DONE;
      }
      String verb = parser.getParsedCommand();
      if (verb == null) {
        System.out.println(overview(parser));
        return global.help ? DONE : USAGE;
      }
      Command command = commands.get(verb);
      if (command.helpAsked()) {
        var text = new StringBuilder();
        parser.getUsageFormatter().usage(verb, text);
        System.out.println(text);
        return DONE;
      }
      return command.run(List.of(arguments));
    } catch (ParameterException e) {
      return complain(usageMessage(parser, arguments, e), e, USAGE);
    } catch (StoppedException e) {
      return e.told() ? FAILED : complain(e.getMessage(), e, FAILED);
    } catch (IOException | RuntimeException | Error e) {
      return complain(e, List.of(arguments), commandOf(parser).flatMap(Command::workFolder));
    }
  }

  private Optional<Command> commandOf(JCommander parser) {
    return only.or(() -> Optional.ofNullable(commands.get(parser.getParsedCommand())));
  }

  private static int complain(Throwable thrown, List<String> typed, Optional<Path> folder) {
    Failure failure = Failure.of(thrown);
    if (!failure.mistake()) {
      return complain(failure.message(), thrown, failure.code());
    }
    Optional<Path> file = MistakeFile.write(thrown, typed, folder);
    if (file.isEmpty()) {
      thrown.printStackTrace();
    }
    String where = file.map(f -> "\nThe stack trace is in " + f + "; please report it").orElse("");
    return complain(failure.message() + where, thrown, failure.code());
  }

  private static int complain(String message, Throwable cause, int code) {
    System.out.flush();
    System.err.println("error: " + Screen.fit(message));
    if (System.getenv(DEBUG) != null) {
      cause.printStackTrace();
    }
    return code;
  }

  private static int help(JCommander parser) {
    var text = new StringBuilder();
    parser.getUsageFormatter().usage(text);
    System.out.println(text);
    return DONE;
  }

  private static String version(Provenance.Program running) {
    var lines = new LinkedHashMap<String, String>();
    lines.put("crossfade", running.crossfade());
    lines.put("commit", running.commit().isEmpty() ? "unknown" : running.commit());
    lines.put("TensorFlow", running.tensorflow());
    lines.put("Java", running.java());
    lines.put("machine", running.machine());
    return aligned(lines).stripTrailing();
  }

  private String overview(JCommander parser) {
    var text = new StringBuilder();
    var verbs = new LinkedHashMap<String, String>();
    for (String verb : commands.keySet()) {
      verbs.put(verb, parser.getUsageFormatter().getCommandDescription(verb));
    }
    var methods = new LinkedHashMap<String, String>();
    Methods.all().forEach(method -> methods.put(method.name(), method.summary()));
    text.append("Usage: ").append(program).append(" COMMAND [OPTIONS]\n\nCommands:\n");
    text.append(aligned(verbs)).append("\nMethods:\n").append(aligned(methods));
    return text.append("\n")
        .append(program)
        .append(" COMMAND --help lists a command's options, ")
        .append(program)
        .append(" --version the versions.\n")
        .append("Exit codes: 0 done, 1 failed (data, files, training), 2 wrong usage.")
        .toString();
  }

  /** One line for each name; what is said of it begins two blanks behind the longest. */
  static String aligned(Map<String, String> descriptions) {
    int width = descriptions.keySet().stream().mapToInt(String::length).max().orElse(0);
    var text = new StringBuilder();
    descriptions.forEach(
        (name, description) ->
            text.append("  ")
                .append(Strings.padEnd(name, width + 2, ' '))
                .append(description)
                .append('\n'));
    return text.toString();
  }

  /** JCommander takes a mistyped option for something else; name the closest option instead. */
  private String usageMessage(JCommander parser, String[] arguments, ParameterException e) {
    String message = String.valueOf(e.getMessage());
    String verb = parser.getParsedCommand();
    String hint = "\nSee " + program + (verb == null ? "" : " " + verb) + " --help";
    if (e instanceof MissingCommandException missing) {
      return "there is no command '"
          + missing.getUnknownCommand()
          + "'"
          + suggestion(missing.getUnknownCommand(), List.copyOf(commands.keySet()))
          + hint;
    }
    JCommander scope = verb == null ? parser : parser.getCommands().get(verb);
    List<String> known =
        scope.getParameters().stream()
            .flatMap(p -> List.of(p.getNames().split(", ")).stream())
            .filter(name -> name.startsWith("--"))
            .sorted()
            .toList();
    return Arrays.stream(arguments)
            .filter(word -> word.startsWith("--") && !known.contains(word))
            .findFirst()
            .map(wrong -> "unknown option " + wrong + suggestion(wrong, known))
            .orElse(message)
        + hint;
  }

  private static String suggestion(String wrong, List<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(name -> distance(name, wrong)))
        .map(name -> "; did you mean " + name + "? Known are " + String.join(", ", known))
        .orElse("");
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
