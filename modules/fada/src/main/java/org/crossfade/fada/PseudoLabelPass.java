package org.crossfade.fada;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.method.ArtefactWriter;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.DatasetPass.PassGraph;
import org.crossfade.core.method.DatasetPass.PassSink;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.HardLabels;
import org.crossfade.core.nn.SegmentationNetwork;
import org.tensorflow.Tensor;
import org.tensorflow.types.TUint8;

/**
 * Labels every target training image by the adversarial phase's network: the arg-max of logits
 * upsampled to the image's native size. Every pixel gets a label; there is no threshold, no
 * temperature, no mirroring, and the ids stay those of the task's label space.
 */
final class PseudoLabelPass {
  private static final String STREAM = "target";
  private static final String LABELS = "labels";

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
      String name, SegmentationNetwork network, InitialWeights start, FadaOptions.InputSize size) {
    var request =
        new StreamRequest(
            STREAM,
            Domain.TARGET,
            1,
            List.of(new SampleTransform.Resize(size.width(), size.height())),
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
    return new PassGraph(Map.of(LABELS, tf.dtypes.cast(labels, TUint8.class)), LabelMapSink::new);
  }

  /** Writes each sample's labels as they come. */
  private record LabelMapSink(ArtefactWriter writer) implements PassSink {
    @Override
    public void accept(String id, Map<String, Tensor> outputs) throws IOException {
      TUint8 labels = (TUint8) outputs.get(LABELS);
      int height = (int) labels.shape().get(1);
      int width = (int) labels.shape().get(2);
      byte[] trainIds = new byte[height * width];
      labels.asRawTensor().data().read(trainIds);
      writer.labelMap(id, new LabelMap(height, width, trainIds));
    }

    @Override
    public void finish() {}
  }
}
