package org.crossfade.core.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A network as PyTorch's {@code DataParallel} trains it: a batch is split in order into equal
 * shares, each is normalised by its own batch statistics, and only those of the first share move
 * the running ones. Without batch statistics, and in inference, it is the network itself.
 *
 * @param network what is replicated
 * @param replicas how many shares, at least 1
 */
public record ReplicatedNetwork(SegmentationNetwork network, int replicas)
    implements SegmentationNetwork {

  /** Checks the number. */
  public ReplicatedNetwork {
    if (replicas < 1) {
      throw new IllegalArgumentException("replicas must be at least 1, found " + replicas);
    }
  }

  @Override
  public String name() {
    return network.name();
  }

  @Override
  public int classes() {
    return network.classes();
  }

  @Override
  public int featureChannels() {
    return network.featureChannels();
  }

  @Override
  public Normalisation normalisation() {
    return network.normalisation();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return network.parameters();
  }

  @Override
  public NamePattern head() {
    return network.head();
  }

  @Override
  public Interpolation interpolation() {
    return network.interpolation();
  }

  @Override
  public boolean takesAnySize() {
    return network.takesAnySize();
  }

  @Override
  public PublishedNames publishedNames() {
    return network.publishedNames();
  }

  @Override
  public SegmentationNetwork withBatchNorm(BatchNorm.Mode mode) {
    return new ReplicatedNetwork(network.withBatchNorm(mode), replicas);
  }

  /**
   * Returns the answers to all shares as one batch. Workers that share the batch have whole shares
   * of it each.
   *
   * @throws IllegalArgumentException if the shares are not equal, or if the network sees each image
   *     at two resolutions: the places of its windows would have to be joined too
   */
  @Override
  public Prediction answer(Forward forward, Parameters parameters, Operand<TFloat32> images) {
    if (!forward.isTraining() || replicas == 1) {
      return network.forward(forward, parameters, images);
    }
    long batch = images.shape().get(0);
    int workers = forward.rowsOf().map(w -> w.place().count()).orElse(1);
    if (batch * workers % replicas != 0) {
      throw new IllegalArgumentException(
          "replicas must divide the batch of " + batch * workers + " images, found " + replicas);
    }
    if (replicas % workers != 0) {
      throw new IllegalArgumentException(
          "%d workers can't have whole shares each of the %d that replicas asks for"
              .formatted(workers, replicas));
    }
    Ops tf = forward.tf();
    var answers = new ArrayList<Prediction>();
    for (Operand<TFloat32> share : tf.split(tf.constant(0), images, (long) replicas / workers)) {
      Forward own = forward.withOwnStatistics();
      Forward pass = answers.isEmpty() ? own : own.withoutStateUpdates();
      answers.add(network.forward(pass, parameters, share));
    }
    Prediction first = answers.get(0);
    if (first.multiResolution().isPresent()) {
      throw new IllegalArgumentException(
          "replicas must be 1 for a network of two resolutions, found " + replicas);
    }
    Map<String, Operand<TFloat32>> stages = new LinkedHashMap<>();
    first
        .stages()
        .keySet()
        .forEach(s -> stages.put(s, joined(tf, answers, p -> p.stages().get(s))));
    Optional<Operand<TFloat32>> auxiliary =
        first
            .auxiliaryLogits()
            .map(logits -> joined(tf, answers, p -> p.auxiliaryLogits().orElseThrow()));
    return new Prediction(
        joined(tf, answers, Prediction::logits),
        joined(tf, answers, Prediction::features),
        auxiliary,
        stages);
  }

  private static Operand<TFloat32> joined(
      Ops tf, List<Prediction> answers, Function<Prediction, Operand<TFloat32>> part) {
    return tf.concat(answers.stream().map(part).toList(), tf.constant(0));
  }
}
