package org.crossfade.core.method;

import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;

/**
 * One pass over a data set that leaves an artefact for later phases (pseudo labels, prototypes,
 * scores) or pictures for people. Samples come one at a time, in the split's order.
 *
 * @param name unique in the method; also the artefact's name
 * @param input the stream, of batch 1
 * @param initialWeights where each role's variables come from
 * @param samples how many are visited, from the split's first on, where they are not all
 * @param graph builds what is computed for each sample
 */
public record DatasetPass(
    String name,
    StreamRequest input,
    Map<String, InitialWeights> initialWeights,
    OptionalInt samples,
    Function<StepContext, PassGraph> graph)
    implements Phase {
  /** A pass over all samples. */
  public DatasetPass(
      String name,
      StreamRequest input,
      Map<String, InitialWeights> initialWeights,
      Function<StepContext, PassGraph> graph) {
    this(name, input, initialWeights, OptionalInt.empty(), graph);
  }

  /** Checks the numbers and copies the map. */
  public DatasetPass {
    if (input.batch() != 1) {
      throw new IllegalArgumentException("pass '" + name + "' reads one sample at a time");
    }
    if (samples.isPresent() && samples.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "pass '" + name + "' must visit at least 1 sample, not " + samples.getAsInt());
    }
    initialWeights = Map.copyOf(initialWeights);
  }

  /**
   * What a pass computes and who takes it.
   *
   * @param outputs graph values by name
   * @param sink takes their values, sample by sample
   */
  public record PassGraph(
      Map<String, Operand<?>> outputs, Function<ArtefactWriter, PassSink> sink) {}

  /** Takes the outputs of a pass. */
  public interface PassSink {
    /**
     * Takes one sample's outputs.
     *
     * @param id of the sample
     * @param outputs by name; valid during the call only
     */
    void accept(String id, Map<String, Tensor> outputs) throws IOException;

    /** Ends the pass. */
    void finish() throws IOException;
  }
}
