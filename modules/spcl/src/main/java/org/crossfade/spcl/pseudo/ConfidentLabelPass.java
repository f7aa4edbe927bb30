package org.crossfade.spcl.pseudo;

import java.util.List;
import java.util.Map;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.DatasetPass.PassGraph;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.HardLabels;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.InputSize;
import org.crossfade.recipes.LabelMapSink;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Second pass over the target's training images: the arg-max of logits upsampled to the image's
 * native size, 255 where it is not believed.
 */
public final class ConfidentLabelPass {
  private static final String THRESHOLDS = "thresholds";
  private static final String VALUES = "values";

  private ConfidentLabelPass() {}

  /**
   * {@return the pass}
   *
   * @param name also of the label maps that it leaves
   * @param network in the form that is evaluated
   * @param start where its variables come from
   * @param size that the network sees
   * @param rule what is believed
   * @param thresholds name of the {@link ThresholdPass} before
   */
  public static DatasetPass phase(
      String name,
      SegmentationNetwork network,
      InitialWeights start,
      InputSize size,
      ConfidenceRule rule,
      String thresholds) {
    return new DatasetPass(
        name,
        ThresholdPass.request(size),
        Map.of(
            TrainingPhase.SEGMENTER,
            start,
            THRESHOLDS,
            InitialWeights.fromArtefact(thresholds, ThresholdPass.THRESHOLDS)),
        context -> graph(context, network, rule));
  }

  private static PassGraph graph(
      StepContext context, SegmentationNetwork network, ConfidenceRule rule) {
    Ops tf = context.tf();
    var spec =
        new ParameterSpec(
            VALUES, Shape.of(network.classes()), Initializer.zeros(), ParameterSpec.Kind.STATISTIC);
    Operand<TFloat32> thresholds = context.parameters(THRESHOLDS, List.of(spec)).get(VALUES);
    HardLabels predicted =
        HardLabels.of(tf, ThresholdPass.logits(context, network), context.nativeSize());
    Operand<TUint8> labels = tf.dtypes.cast(rule.labels(tf, predicted, thresholds), TUint8.class);
    return new PassGraph(Map.of(LabelMapSink.LABELS, labels), LabelMapSink::new);
  }
}
