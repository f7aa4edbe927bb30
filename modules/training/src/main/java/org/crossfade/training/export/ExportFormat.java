package org.crossfade.training.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.evaluation.TrainedModel;

/** A form in which a trained network leaves the house; found through {@link ServiceLoader}. */
public interface ExportFormat {
  /** Returns the word behind {@code --format}. */
  String name();

  /**
   * Writes a model. What lies at {@code out} afterwards is whole, or nothing new.
   *
   * @param card what is written beside the weights
   * @param out file or folder, as the format has it
   * @return one line about what was written, for people
   * @throws IllegalArgumentException if {@code out} can't be written to, or if the format can't
   *     hold the network; the message says why
   */
  String write(TrainedModel model, ModelCard card, Path out) throws IOException;

  /** Returns every format on the class path, by name. */
  static List<ExportFormat> all() {
    return ServiceLoader.load(ExportFormat.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(ExportFormat::name))
        .toList();
  }

  /**
   * Returns the format of that name.
   *
   * @throws InvalidOptionsException if there is none; the message lists those there are
   */
  static ExportFormat named(String name) {
    return all().stream()
        .filter(format -> format.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidOptionsException(
                    List.of(
                        "no format '%s' of models on the class path; there are %s"
                            .formatted(
                                name,
                                String.join(
                                    ", ", all().stream().map(ExportFormat::name).toList())))));
  }
}
