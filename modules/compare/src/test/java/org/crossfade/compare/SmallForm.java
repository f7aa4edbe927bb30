package org.crossfade.compare;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.crossfade.methodtest.SmallSettings;
import org.crossfade.training.config.OptionSources;

/** A form on Streets, a method's or a row's, made so small that a phase takes seconds. */
final class SmallForm {
  private SmallForm() {}

  /**
   * Returns the options.
   *
   * @param method name
   * @param files of options, a row's or none
   * @param iterations of each phase that the form trains
   * @param more settings, the strongest
   */
  static OptionSources of(String method, List<Path> files, int iterations, String... more) {
    Config all = new OptionSources(method, true, files, List.of()).resolve();
    var settings = new ArrayList<>(SmallSettings.of(all, method, iterations));
    settings.addAll(List.of(more));
    return new OptionSources(method, true, files, settings);
  }
}
