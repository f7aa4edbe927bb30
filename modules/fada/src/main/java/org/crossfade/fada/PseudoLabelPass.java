package org.crossfade.fada;

import java.util.Map;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.DatasetPass.PassGraph;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.HardLabels;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.InputSize;
import org.crossfade.recipes.LabelMapSink;
import org.tensorflow.types.TUint8;

/**
 * Labels every target training image by the adversarial phase's network: the arg-max of logits
 * upsampled to the image's native size. Every pixel gets a label; there is no threshold, no
 * temperature, no mirroring, and the ids stay those of the task's label space.
 */
final class PseudoLabelPass {
  private static final String STREAM = Domain.TARGET.stream();

  private PseudoLabelPass() {}

  /**
   * Returns the pass.
   *
   * @param name also of the label maps that it leaves
   * @param network in the form that is evaluated
   * @param start the adversarial phase's network
   * @param size that the network sees
   */
  static DatasetPass phase(
      String name, SegmentationNetwork network, InitialWeights start, InputSize size) {
    var request =
        new StreamRequest(
            STREAM,
            Domain.TARGET,
            1,
            size.transforms(),
            StreamRequest.Sampling.SEQUENTIAL,
            StreamRequest.Labels.NONE);
    return new DatasetPass(
        name, request, Map.of(TrainingPhase.SEGMENTER, start), context -> graph(context, network));
  }

  private static PassGraph graph(StepContext context, SegmentationNetwork network) {
    var tf = context.tf();
    var images = network.normalisation().apply(tf, context.images(STREAM));
    var prediction =
        network.forward(
            Forward.inference(tf), context.parameters(TrainingPhase.SEGMENTER, network), images);
    var labels = HardLabels.of(tf, prediction.logits(), context.nativeSize()).labels();
    return new PassGraph(
        Map.of(LabelMapSink.LABELS, tf.dtypes.cast(labels, TUint8.class)), LabelMapSink::new);
  }
}
