package org.crossfade.baselines;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import org.crossfade.core.options.OptionReader;

/** Options as the module ships them, for tests. */
final class ShippedOptions {
  private ShippedOptions() {}

  /**
   * Returns a method's options.
   *
   * @param method name
   * @param resource below {@code crossfade/}, without extension; empty for the defaults alone
   * @param overrides HOCON below the method's section
   */
  static <R extends Record> R read(
      String method, String resource, String overrides, Class<R> type) {
    String section = "crossfade." + method;
    Config all =
        ConfigFactory.parseString(overrides)
            .atPath(section)
            .withFallback(resource.isEmpty() ? ConfigFactory.empty() : resource(resource))
            .withFallback(ConfigFactory.defaultReferenceUnresolved())
            .resolve();
    return OptionReader.readOne(all, section, type);
  }

  private static Config resource(String name) {
    return ConfigFactory.parseResources(
        ShippedOptions.class.getClassLoader(),
        "crossfade/" + name + ".conf",
        ConfigParseOptions.defaults().setAllowMissing(false));
  }
}
