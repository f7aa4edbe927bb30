package org.crossfade.program;

import com.beust.jcommander.JCommander;
import com.beust.jcommander.ParameterDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.config.Methods;

/**
 * Every word that may stand on a command line.
 *
 * @param program its name
 * @param options before a verb
 * @param verbs in the order of the alphabet
 * @param methods names, in the order of the class path
 */
record Vocabulary(String program, List<Option> options, List<Verb> verbs, List<String> methods) {
  /** An option that takes one of the methods. */
  static final String METHOD = "--method";

  /**
   * An option of a verb.
   *
   * @param names such as {@code --help} and {@code -h}
   * @param valued whether a value follows
   * @param summary one line
   */
  record Option(List<String> names, boolean valued, String summary) {}

  /**
   * A verb.
   *
   * @param name as typed
   * @param summary one line
   */
  record Verb(String name, String summary, List<Option> options) {}

  /** Returns that of all verbs and methods on the class path. */
  static Vocabulary ofClassPath(String program) {
    JCommander parser = CommandLine.ofVerbs(program).described();
    var verbs = new ArrayList<Verb>();
    for (Map.Entry<String, JCommander> verb : new TreeMap<>(parser.getCommands()).entrySet()) {
      verbs.add(
          new Verb(
              verb.getKey(),
              oneLine(parser.getUsageFormatter().getCommandDescription(verb.getKey())),
              options(verb.getValue())));
    }
    return new Vocabulary(
        program,
        options(parser),
        List.copyOf(verbs),
        Methods.all().stream().map(method -> method.name()).toList());
  }

  private static List<Option> options(JCommander parser) {
    return parser.getParameters().stream()
        .map(
            parameter ->
                new Option(
                    List.of(parameter.getNames().split(", ", -1)),
                    valued(parameter),
                    oneLine(parameter.getDescription())))
        .sorted(Comparator.comparing(option -> option.names().get(0)))
        .toList();
  }

  /** JCommander gives a value to everything but a boolean without a number of values. */
  private static boolean valued(ParameterDescription parameter) {
    Class<?> type = parameter.getParameterized().getType();
    boolean flag = type == boolean.class || type == Boolean.class;
    return !flag || parameter.getParameter().arity() > 0;
  }

  /** Returns the names of options that take a value, or of all. */
  static Stream<String> names(List<Option> options, boolean valuedAlone) {
    return options.stream()
        .filter(option -> option.valued() || !valuedAlone)
        .flatMap(option -> option.names().stream());
  }

  private static String oneLine(String text) {
    return text == null ? "" : text.strip().replaceAll("\\s+", " ");
  }
}
