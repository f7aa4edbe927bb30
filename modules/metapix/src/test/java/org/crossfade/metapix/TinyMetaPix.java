package org.crossfade.metapix;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import org.crossfade.core.options.OptionReader;

/**
 * MetaPix's options for tests: those of the small form, with a still smaller network and images.
 */
final class TinyMetaPix {
  private static final String SMALLER =
      "network { width = 4, fc6-kernel = 1, fc6-padding = 0 }, weighting.width = 4,"
          + " joint { source { batch = 1, width = 64, height = 32 },"
          + " target { batch = 1, width = 48, height = 32 } }\n";

  private TinyMetaPix() {}

  /**
   * Returns the options with some of them replaced.
   *
   * @param overrides HOCON below {@code crossfade.metapix}
   */
  static MetaPixOptions options(String overrides) {
    return read(
        ConfigFactory.parseString(overrides)
            .withFallback(ConfigFactory.parseString(SMALLER))
            .atPath("crossfade.metapix")
            .withFallback(resource("streets/metapix")));
  }

  /** Returns the options of a shipped resource on top of the defaults. */
  static MetaPixOptions shipped(String resource) {
    return read(resource(resource));
  }

  private static Config resource(String name) {
    return ConfigFactory.parseResources(
        TinyMetaPix.class.getClassLoader(),
        "crossfade/" + name + ".conf",
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  private static MetaPixOptions read(Config config) {
    Config all = config.withFallback(ConfigFactory.defaultReferenceUnresolved()).resolve();
    return OptionReader.readOne(all, "crossfade.metapix", MetaPixOptions.class);
  }
}
