package org.crossfade.pixda;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.options.OptionReader;
import org.crossfade.recipes.DomainImages;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/** PixDA's options for tests: those of the small form, with a still smaller network and images. */
final class TinyPixDa {
  private static final String SIZES =
      """
      network { layers = [1, 1, 1, 1], width = 4 }
      alignment.discriminator-width = 4, selection.discriminator-width = 4
      adversarial {
        source { batch = 2, width = 48, height = 32, flip = 0 }
        target { batch = 2, width = 48, height = 32, flip = 0 }
      }
      """;

  private TinyPixDa() {}

  /**
   * Returns the options with some of them replaced.
   *
   * @param overrides HOCON below {@code crossfade.pixda}
   */
  static PixDaOptions options(String overrides) {
    return read(
        ConfigFactory.parseString(overrides)
            .withFallback(ConfigFactory.parseString(SIZES))
            .atPath("crossfade.pixda")
            .withFallback(resource("streets/pixda")));
  }

  /** Returns the options of a shipped resource on top of the defaults; empty for those alone. */
  static PixDaOptions shipped(String resource) {
    return read(resource.isEmpty() ? ConfigFactory.empty() : resource(resource));
  }

  /**
   * Returns the published options with some of them replaced.
   *
   * @param overrides HOCON below {@code crossfade.pixda}
   */
  static PixDaOptions published(String overrides) {
    return read(ConfigFactory.parseString(overrides).atPath("crossfade.pixda"));
  }

  private static Config resource(String name) {
    return ConfigFactory.parseResources(
        TinyPixDa.class.getClassLoader(),
        "crossfade/" + name + ".conf",
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  private static PixDaOptions read(Config config) {
    Config all = config.withFallback(ConfigFactory.defaultReferenceUnresolved()).resolve();
    return OptionReader.readOne(all, "crossfade.pixda", PixDaOptions.class);
  }

  /** What a step is fed: the source in the target's style where the options say so. */
  static DomainImages images(
      Ops tf,
      PixDaOptions options,
      Normalisation normalisation,
      Operand<TUint8> source,
      Operand<TInt32> sourceLabels,
      Operand<TUint8> target,
      Operand<TInt32> targetLabels) {
    return new DomainImages(
        options
            .style()
            .map(style -> DomainImages.styled(tf, source, target, normalisation, style))
            .orElseGet(() -> normalisation.apply(tf, source)),
        sourceLabels,
        normalisation.apply(tf, target),
        targetLabels);
  }
}
