package org.crossfade.spcl;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import org.crossfade.core.options.OptionReader;

/** SPCL's options for tests: those of the small form, with a still smaller network and images. */
final class TinySpcl {
  private static final String SMALLER =
      """
      network { layers = [1, 1, 1, 1], width = 4 }
      alignment.discriminator-width = 4
      warm-up { source { width = 48, height = 32 }, target { width = 40, height = 32 } }
      contrast.training { source { width = 48, height = 32 }, target { width = 40, height = 32 } }
      prototypes.input { width = 48, height = 32 }
      pseudo-labels.input { width = 40, height = 32 }
      """;

  private TinySpcl() {}

  /**
   * Returns the options with some of them replaced.
   *
   * @param overrides HOCON below {@code crossfade.spcl}
   */
  static SpclOptions options(String overrides) {
    return read(
        ConfigFactory.parseString(overrides)
            .withFallback(ConfigFactory.parseString(SMALLER))
            .atPath("crossfade.spcl")
            .withFallback(resource("streets/spcl")));
  }

  /** Returns the options of a shipped resource on top of the defaults. */
  static SpclOptions shipped(String resource) {
    return read(resource(resource));
  }

  /**
   * Returns the published options with some of them replaced.
   *
   * @param overrides HOCON below {@code crossfade.spcl}
   */
  static SpclOptions published(String overrides) {
    return read(ConfigFactory.parseString(overrides).atPath("crossfade.spcl"));
  }

  private static Config resource(String name) {
    return ConfigFactory.parseResources(
        TinySpcl.class.getClassLoader(),
        "crossfade/" + name + ".conf",
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  private static SpclOptions read(Config config) {
    Config all = config.withFallback(ConfigFactory.defaultReferenceUnresolved()).resolve();
    return OptionReader.readOne(all, "crossfade.spcl", SpclOptions.class);
  }
}
