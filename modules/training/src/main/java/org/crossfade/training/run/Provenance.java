package org.crossfade.training.run;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.NativeTensorFlow;
import org.crossfade.core.graph.Precision;
import org.tensorflow.TensorFlow;

/**
 * Where a run's numbers come from.
 *
 * @param started time of the first start, UTC
 * @param program what trains; its parts stand beside the others in {@code run.json}
 * @param method name
 * @param weightsHash of the file of published weights, empty without one
 * @param seed of the run
 * @param device what computes, and why it is no GPU; empty in older folders
 * @param precision of the products of layers; empty in folders from before there was a choice
 * @param targetLabels how many target images training read the ground truth of
 * @param datasets fingerprint of each data set by its part in the task
 * @param command as typed
 */
public record Provenance(
    String started,
    @JsonUnwrapped Program program,
    String method,
    String weightsHash,
    long seed,
    Optional<String> device,
    Optional<String> precision,
    int targetLabels,
    Map<String, String> datasets,
    List<String> command) {
  /**
   * What trains a run, and where.
   *
   * @param format of what it writes, {@link Format}; empty in folders of the first
   * @param crossfade version of this code
   * @param commit that this code was built from; empty where that is not known
   * @param tensorflow version
   * @param java version
   * @param machine operating system, architecture, number and kind of processors
   */
  public record Program(
      Optional<Integer> format,
      String crossfade,
      String commit,
      String tensorflow,
      String java,
      String machine) {
    /**
     * Returns what runs now.
     *
     * @throws org.crossfade.autodiff.MissingNativeException without TensorFlow's native library
     */
    public static Program running() {
      NativeTensorFlow.require();
      Build build = Build.here();
      return new Program(
          Optional.of(Format.CURRENT),
          build.version(),
          build.commit(),
          TensorFlow.version(),
          System.getProperty("java.version"),
          System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ", "
              + Runtime.getRuntime().availableProcessors()
              + " processors"
              + kind(Processor.here()));
    }
  }

  private static String kind(Processor processor) {
    return processor.name().isEmpty() ? "" : ": " + processor;
  }

  /** Returns the provenance of a run that starts now. */
  public static Provenance now(
      String method,
      String weightsHash,
      long seed,
      String device,
      Precision precision,
      int targetLabels,
      Map<String, String> datasets,
      List<String> command) {
    return new Provenance(
        Instant.now().toString(),
        Program.running(),
        method,
        weightsHash,
        seed,
        Optional.of(device),
        Optional.of(precision.key()),
        targetLabels,
        new LinkedHashMap<>(datasets),
        List.copyOf(command));
  }
}
