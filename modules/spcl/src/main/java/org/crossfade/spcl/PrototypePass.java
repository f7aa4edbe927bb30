package org.crossfade.spcl;

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
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.spcl.loss.ClassMeans;
import org.crossfade.spcl.loss.FeatureMasks;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The first prototypes: a pass over all source images. Each image's mean feature of each class, and
 * their mean over the images. Equation 2 of SPCL, of directions and correctly predicted cells in
 * the official code.
 *
 * <p>A class without a cell in the whole source keeps the zero vector, with which every feature's
 * product is 0; the official script ends there.
 */
final class PrototypePass {
  /** Name of the array of prototypes: [C, K]. */
  static final String PROTOTYPES = "prototypes";

  /** Name of the array that says how many images show each class: [K]. */
  static final String IMAGES = "images-with-class";

  private static final String STREAM = Domain.SOURCE.stream();
  private static final String MEANS = "means";
  private static final String PRESENT = "present";

  private PrototypePass() {}

  static DatasetPass phase(
      String name,
      SegmentationNetwork network,
      InitialWeights start,
      SpclOptions.Prototypes options,
      FeatureMasks.SourceCells cells) {
    var request =
        new StreamRequest(
            STREAM,
            Domain.SOURCE,
            1,
            options.input().transforms(),
            StreamRequest.Sampling.SEQUENTIAL,
            StreamRequest.Labels.GROUND_TRUTH);
    return new DatasetPass(
        name,
        request,
        Map.of(TrainingPhase.SEGMENTER, start),
        context -> graph(context, network, options, cells));
  }

  private static PassGraph graph(
      StepContext context,
      SegmentationNetwork network,
      SpclOptions.Prototypes options,
      FeatureMasks.SourceCells cells) {
    Ops tf = context.tf();
    Operand<TFloat32> images = network.normalisation().apply(tf, context.images(STREAM));
    Prediction answer =
        network.forward(
            Forward.inference(tf), context.parameters(TrainingPhase.SEGMENTER, network), images);
    return new PassGraph(
        outputs(tf, answer.features(), answer.logits(), context.labels(STREAM), options, cells),
        writer -> new Sink(writer, options.average()));
  }

  /** What the sink takes of one image: [1, C, K] means and [1, 1, K] presence. */
  static Map<String, Operand<?>> outputs(
      Ops tf,
      Operand<TFloat32> features,
      Operand<TFloat32> logits,
      Operand<TInt32> labels,
      SpclOptions.Prototypes options,
      FeatureMasks.SourceCells cells) {
    int classes = (int) logits.shape().get(3);
    ClassMeans means =
        ClassMeans.of(
            tf,
            features,
            FeatureMasks.source(tf, labels, logits, cells),
            classes,
            1,
            options.normaliseFeatures());
    var outputs = new LinkedHashMap<String, Operand<?>>();
    outputs.put(MEANS, means.means());
    outputs.put(PRESENT, means.present());
    return outputs;
  }

  /** Averages over images; leaves prototypes and counts. */
  static final class Sink implements PassSink {
    private final ArtefactWriter writer;
    private final SpclOptions.Average average;
    private double[] sums = new double[0];
    private long[] imagesWithClass = new long[0];
    private long images;

    Sink(ArtefactWriter writer, SpclOptions.Average average) {
      this.writer = writer;
      this.average = average;
    }

    @Override
    public void accept(String id, Map<String, Tensor> outputs) {
      float[] means = values(outputs.get(MEANS));
      float[] present = values(outputs.get(PRESENT));
      if (images == 0) {
        sums = new double[means.length];
        imagesWithClass = new long[present.length];
      }
      images++;
      for (int i = 0; i < means.length; i++) {
        sums[i] += means[i];
      }
      for (int k = 0; k < present.length; k++) {
        imagesWithClass[k] += present[k] > 0 ? 1 : 0;
      }
    }

    @Override
    public void finish() throws IOException {
      int classes = imagesWithClass.length;
      float[] prototypes = new float[sums.length];
      float[] counts = new float[classes];
      for (int i = 0; i < sums.length; i++) {
        long seen = imagesWithClass[i % classes];
        long divisor = average == SpclOptions.Average.ALL_IMAGES ? images : seen;
        prototypes[i] = seen == 0 ? 0 : (float) (sums[i] / divisor);
      }
      for (int k = 0; k < classes; k++) {
        counts[k] = imagesWithClass[k];
      }
      writer.array(PROTOTYPES, prototypes, sums.length / Math.max(1, classes), classes);
      writer.array(IMAGES, counts, classes);
    }

    private static float[] values(Tensor tensor) {
      float[] values = new float[(int) tensor.size()];
      ((TFloat32) tensor).asRawTensor().data().asFloats().read(values);
      return values;
    }
  }
}
