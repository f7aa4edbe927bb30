package org.crossfade.program;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crossfade.program.Vocabulary.Option;
import org.crossfade.program.Vocabulary.Verb;

/** A function for bash, 3.2 or newer, that answers what may come next. */
final class BashCompletion {
  private static final String HEAD =
      """
      # Completion of %1$s for bash. Source it, or put it into
      # ~/.local/share/bash-completion/completions under the name %1$s.
      _%1$s() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
        local verb= words= valued= i
        COMPREPLY=()
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            -*) ;;
            *) verb=${COMP_WORDS[i]}; break ;;
          esac
        done
        case $verb in
      """;

  // Without an answer of this function, bash completes names of files.
  private static final String TAIL =
      """
          *) return ;;
        esac
        if [ "$before" = %2$s ]; then
          words='%3$s'
        elif [ -n "$verb" ] && [[ " $valued " == *" $before "* ]]; then
          return
        elif [ -n "$verb" ] && [[ $word != -* ]]; then
          return
        fi
        COMPREPLY=($(compgen -W "$words" -- "$word"))
      }
      complete -o default -F _%1$s %1$s
      """;

  private BashCompletion() {}

  /** Returns the script. */
  static String of(Vocabulary vocabulary) {
    var text = new StringBuilder(HEAD.formatted(vocabulary.program()));
    String first =
        Stream.concat(
                vocabulary.verbs().stream().map(Verb::name),
                Vocabulary.names(vocabulary.options(), false))
            .collect(Collectors.joining(" "));
    text.append("    '') words='").append(first).append("' ;;\n");
    for (Verb verb : vocabulary.verbs()) {
      text.append("    ")
          .append(verb.name())
          .append(") words='")
          .append(names(verb.options(), false))
          .append("'\n      valued='")
          .append(names(verb.options(), true))
          .append("' ;;\n");
    }
    return text.append(
            TAIL.formatted(
                vocabulary.program(), Vocabulary.METHOD, String.join(" ", vocabulary.methods())))
        .toString();
  }

  private static String names(List<Option> options, boolean valuedAlone) {
    return Vocabulary.names(options, valuedAlone).collect(Collectors.joining(" "));
  }
}
