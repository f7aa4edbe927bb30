package org.crossfade.baselines;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.PhaseInFront;
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
    SegmentationLoss loss = options.segmentation().loss(network.classes(), joint.processes());
    phases.add(joint.phase(JOINT, network, options.replicas(), loss, start));
    return phases;
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
  }
}
