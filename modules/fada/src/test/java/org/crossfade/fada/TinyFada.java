package org.crossfade.fada;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import org.crossfade.core.options.OptionReader;

/** FADA's options for tests: those of the small form, with a still smaller network and images. */
final class TinyFada {
  private static final String NETWORK =
      "network { layers = [1, 1, 1, 1], width = 4 }, alignment.discriminator-width = 4\n";

  private static final String SIZES =
      "adversarial { source { width = 48, height = 32 }, target { width = 40, height = 32 } }\n";

  private TinyFada() {}

  /**
   * Returns the options with some of them replaced.
   *
   * @param overrides HOCON below {@code crossfade.fada}
   */
  static FadaOptions options(String overrides) {
    return read(
        ConfigFactory.parseString(overrides)
            .withFallback(ConfigFactory.parseString(NETWORK + SIZES))
            .atPath("crossfade.fada")
            .withFallback(resource("streets/fada")));
  }

  /** Returns the options of a shipped resource on top of the defaults. */
  static FadaOptions shipped(String resource) {
    return read(resource(resource));
  }

  private static Config resource(String name) {
    return ConfigFactory.parseResources(
        TinyFada.class.getClassLoader(),
        "crossfade/" + name + ".conf",
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  private static FadaOptions read(Config config) {
    Config all = config.withFallback(ConfigFactory.defaultReferenceUnresolved()).resolve();
    return OptionReader.readOne(all, "crossfade.fada", FadaOptions.class);
  }
}
