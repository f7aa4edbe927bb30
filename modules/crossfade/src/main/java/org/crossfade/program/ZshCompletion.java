package org.crossfade.program;

import java.util.List;
import org.crossfade.program.Vocabulary.Option;
import org.crossfade.program.Vocabulary.Verb;

/** A function for zsh that answers what may come next, with what each word means. */
final class ZshCompletion {
  private static final String HEAD =
      """
      #compdef %1$s
      # Completion of %1$s for zsh: put it into a folder of $fpath under the name _%1$s.
      _%1$s() {
        local -a verbs
        verbs=(
      """;

  private ZshCompletion() {}

  /** Returns the script. */
  static String of(Vocabulary vocabulary) {
    var text = new StringBuilder(HEAD.formatted(vocabulary.program()));
    for (Verb verb : vocabulary.verbs()) {
      text.append("    '").append(verb.name()).append(':').append(plain(verb.summary()));
      text.append("'\n");
    }
    text.append("  )\n  if (( CURRENT == 2 )); then\n    _describe command verbs\n");
    text.append("    _arguments");
    options(text, vocabulary.options(), vocabulary.methods());
    text.append("    return\n  fi\n  local verb=$words[2]\n  shift words\n  (( CURRENT-- ))\n");
    text.append("  case $verb in\n");
    for (Verb verb : vocabulary.verbs()) {
      text.append("    ").append(verb.name()).append(")\n      _arguments");
      options(text, verb.options(), vocabulary.methods());
      text.append("      ;;\n");
    }
    return text.append("  esac\n}\n_").append(vocabulary.program()).append(" \"$@\"\n").toString();
  }

  private static void options(StringBuilder text, List<Option> options, List<String> methods) {
    for (Option option : options) {
      for (String name : option.names()) {
        text.append(" \\\n        '*").append(name);
        text.append('[').append(plain(option.summary())).append(']');
        if (name.equals(Vocabulary.METHOD)) {
          text.append(":method:(").append(String.join(" ", methods)).append(')');
        } else if (option.valued()) {
          text.append(":value:_files");
        }
        text.append('\'');
      }
    }
    text.append(" \\\n        '*:file:_files'\n");
  }

  /** What stands between single quotes, and in a specification that ends at brackets and colons. */
  private static String plain(String summary) {
    return summary
        .replace("'", "’")
        .replace("\\", "\\\\")
        .replace("[", "\\[")
        .replace("]", "\\]")
        .replace(":", "\\:");
  }
}
