package org.crossfade.training.session;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.crossfade.backbones.WeightImport;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.weights.WeightFileException;

/**
 * The files of published weights that a user has given. A table has rows of several networks: each
 * takes the file that fits it.
 *
 * @param files in the order in which they were given, may be empty
 */
public record WeightFiles(List<Path> files) {
  /** No file: networks start from their initialisers. */
  public static final WeightFiles NONE = new WeightFiles(List.of());

  /** Copies the list. */
  public WeightFiles {
    files = List.copyOf(files);
  }

  /** Returns one file, or none. */
  public static WeightFiles of(Optional<Path> file) {
    return new WeightFiles(file.stream().toList());
  }

  /**
   * Returns the file that a method's training starts from: one that holds the whole trunk of every
   * network that starts from published weights.
   *
   * @return empty if none was given
   * @throws WeightFileException if the one that was given does not fit
   * @throws WeightsDontFitException if none of several fits, or more than one does
   */
  public Optional<Path> forTraining(AdaptationMethod method) {
    Map<String, SegmentationNetwork> networks = pretrained(method);
    if (files.isEmpty() || (networks.isEmpty() && files.size() > 1)) {
      return Optional.empty();
    }
    return Optional.of(
        fitting(
            String.join(", ", networks.keySet()),
            file -> networks.values().forEach(n -> WeightImport.read(file, n).requireFinite())));
  }

  /**
   * Returns the file that holds a network as it was trained: every variable.
   *
   * @throws WeightFileException if the one that was given does not fit
   * @throws WeightsDontFitException if none of several fits, or more than one does
   */
  public Path forUse(SegmentationNetwork network) {
    return fitting(network.name(), file -> WeightImport.read(file, network).requireAll());
  }

  private static Map<String, SegmentationNetwork> pretrained(AdaptationMethod method) {
    var networks = new LinkedHashMap<String, SegmentationNetwork>();
    method.phases().stream()
        .filter(TrainingPhase.class::isInstance)
        .map(TrainingPhase.class::cast)
        .filter(p -> p.initialWeights().containsValue(InitialWeights.pretrained()))
        .forEach(p -> networks.putIfAbsent(p.segmenter().name(), p.segmenter()));
    return networks;
  }

  private Path fitting(String network, Consumer<Path> check) {
    if (files.size() == 1) {
      check.accept(files.get(0));
      return files.get(0);
    }
    var fitting = new ArrayList<Path>();
    var problems = new ArrayList<String>();
    for (Path file : files) {
      try {
        check.accept(file);
        fitting.add(file);
      } catch (WeightFileException e) {
        problems.add(e.getMessage());
      }
    }
    if (fitting.isEmpty()) {
      throw new WeightsDontFitException(
          "none of the files of weights fits "
              + network
              + ":\n  "
              + String.join("\n  ", problems)
              + "\nGive one more --weights that does");
    }
    if (fitting.size() > 1) {
      throw new WeightsDontFitException(
          "several files of weights fit "
              + network
              + ": "
              + String.join(", ", fitting.stream().map(Path::toString).toList())
              + "; give one of them");
    }
    return fitting.get(0);
  }
}
