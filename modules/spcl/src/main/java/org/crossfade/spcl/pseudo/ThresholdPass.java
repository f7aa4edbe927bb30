package org.crossfade.spcl.pseudo;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
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
import org.crossfade.recipes.InputSize;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * First pass over the target's training images: the threshold of each class from the confidences of
 * all pixels, at the size that the network sees.
 */
public final class ThresholdPass {
  /** Name of the array that the pass leaves: [K]. */
  public static final String THRESHOLDS = "thresholds";

  private static final String STREAM = Domain.TARGET.stream();
  private static final String LABELS = "labels";
  private static final String CONFIDENCE = "confidence";

  private ThresholdPass() {}

  /**
   * {@return the pass}
   *
   * @param name also of its artefact
   * @param network in the form that is evaluated
   * @param start where its variables come from
   * @param size that the network sees
   * @param rule what makes a threshold of confidences
   */
  public static DatasetPass phase(
      String name,
      SegmentationNetwork network,
      InitialWeights start,
      InputSize size,
      ConfidenceRule rule) {
    return new DatasetPass(
        name,
        request(size),
        Map.of(TrainingPhase.SEGMENTER, start),
        context -> {
          Ops tf = context.tf();
          Operand<TFloat32> logits = logits(context, network);
          int[] seen = {size.height(), size.width()};
          return new PassGraph(
              outputs(tf, HardLabels.of(tf, logits, tf.constant(seen))),
              writer -> new Sink(writer, network.classes(), rule));
        });
  }

  /** The images of a pass over the target, without labels. */
  static StreamRequest request(InputSize size) {
    return new StreamRequest(
        STREAM,
        Domain.TARGET,
        1,
        size.transforms(),
        StreamRequest.Sampling.SEQUENTIAL,
        StreamRequest.Labels.NONE);
  }

  /** The network's answer to the pass' current image, not upsampled. */
  static Operand<TFloat32> logits(StepContext context, SegmentationNetwork network) {
    Ops tf = context.tf();
    Operand<TFloat32> images = network.normalisation().apply(tf, context.images(STREAM));
    return network
        .forward(
            Forward.inference(tf), context.parameters(TrainingPhase.SEGMENTER, network), images)
        .logits();
  }

  /** What the sink takes of one image's predictions. */
  static Map<String, Operand<?>> outputs(Ops tf, HardLabels predicted) {
    var outputs = new LinkedHashMap<String, Operand<?>>();
    outputs.put(LABELS, tf.dtypes.cast(predicted.labels(), TUint8.class));
    outputs.put(CONFIDENCE, predicted.confidence());
    return outputs;
  }

  /** Counts confidences; leaves the thresholds. */
  static final class Sink implements PassSink {
    private final ArtefactWriter writer;
    private final ConfidenceRule rule;
    private final ConfidenceHistogram histogram;

    Sink(ArtefactWriter writer, int classes, ConfidenceRule rule) {
      this.writer = writer;
      this.rule = rule;
      this.histogram = new ConfidenceHistogram(classes);
    }

    /** Returns what was counted so far. */
    ConfidenceHistogram histogram() {
      return histogram;
    }

    @Override
    public void accept(String id, Map<String, Tensor> outputs) {
      TFloat32 confidence = (TFloat32) outputs.get(CONFIDENCE);
      float[] confidences = new float[(int) confidence.size()];
      confidence.asRawTensor().data().asFloats().read(confidences);
      byte[] labels = new byte[confidences.length];
      ((TUint8) outputs.get(LABELS)).asRawTensor().data().read(labels);
      histogram.add(labels, confidences);
    }

    @Override
    public void finish() throws IOException {
      float[] thresholds = rule.thresholds(histogram);
      writer.array(THRESHOLDS, thresholds, thresholds.length);
    }
  }
}
