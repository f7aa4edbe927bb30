package org.crossfade.core.graph;

import com.google.common.base.Joiner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Selects variables by their dotted names: {@code *} stands for one part of a name, {@code **} for
 * any number of parts. {@code segmenter.layer4.**} selects everything below that stage.
 */
public final class NamePattern implements Predicate<String> {
  private final List<String> included;
  private final List<String> excluded;
  private final List<Pattern> include;
  private final List<Pattern> exclude;

  private NamePattern(List<String> included, List<String> excluded) {
    this.included = List.copyOf(included);
    this.excluded = List.copyOf(excluded);
    this.include = this.included.stream().map(NamePattern::compile).toList();
    this.exclude = this.excluded.stream().map(NamePattern::compile).toList();
  }

  /** Returns the pattern that matches a name when one of {@code patterns} does. */
  public static NamePattern of(String... patterns) {
    return new NamePattern(List.of(patterns), List.of());
  }

  /** Returns the pattern that matches a name when one of {@code patterns} does. */
  public static NamePattern of(List<String> patterns) {
    return new NamePattern(patterns, List.of());
  }

  /** Returns the pattern that matches no name. */
  public static NamePattern none() {
    return new NamePattern(List.of(), List.of());
  }

  /** Returns this pattern without the names that {@code other} includes. */
  public NamePattern except(NamePattern other) {
    var all = new ArrayList<>(excluded);
    all.addAll(other.included);
    return new NamePattern(included, all);
  }

  /** Returns this pattern for the names below {@code role}. */
  public NamePattern under(String role) {
    return new NamePattern(
        included.stream().map(p -> role + "." + p).toList(),
        excluded.stream().map(p -> role + "." + p).toList());
  }

  @Override
  public boolean test(String name) {
    return include.stream().anyMatch(p -> p.matcher(name).matches())
        && exclude.stream().noneMatch(p -> p.matcher(name).matches());
  }

  private static Pattern compile(String glob) {
    var regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == '*' && i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^.]*");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString());
  }

  @Override
  public String toString() {
    return Joiner.on(", ").join(included)
        + (excluded.isEmpty() ? "" : " except " + Joiner.on(", ").join(excluded));
  }
}
