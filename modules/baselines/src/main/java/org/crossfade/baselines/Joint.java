package org.crossfade.baselines;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.PhaseInFront;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.loss.SegmentationLoss;

/** Supervised training on labelled images of both domains at once. */
public final class Joint implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "joint-training";

  /** Name of the phase on both domains. */
  public static final String JOINT = "joint";

  private final JointOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public Joint(JointOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start = PhaseInFront.source(phases, options.source(), network);
    JointTraining joint = options.joint();
    if (joint.source().sampling() == Sampling.SHUFFLED_WITH_TARGET) {
      phases.add(
          together(joint)
              .phase(
                  JOINT,
                  Domain.SOURCE,
                  Labels.GROUND_TRUTH,
                  network,
                  options.replicas(),
                  options.segmentation(),
                  start));
      return phases;
    }
    SegmentationLoss loss = options.segmentation().loss(network.classes(), joint.processes());
    phases.add(joint.phase(JOINT, network, options.replicas(), loss, start));
    return phases;
  }

  /** Both domains' images are one stream: a batch holds what chance brings. */
  private static SupervisedTraining together(JointTraining joint) {
    return new SupervisedTraining(
        joint.iterations(),
        joint.decay(),
        joint.batchNorm(),
        joint.processes(),
        joint.source(),
        joint.segmenter(),
        joint.test());
  }

  /** Makes the method from its section of options. */
  public static final class Factory extends MethodFactory<JointOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "Joint training: labelled images of both domains at once",
          new Contribution.Reference("what labelled images of both domains teach at once"),
          JointOptions.class,
          (options, labels) -> new Joint(options, labels.classes()));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }
}
