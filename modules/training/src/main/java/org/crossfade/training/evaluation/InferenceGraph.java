package org.crossfade.training.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.method.Inference;
import org.crossfade.core.nn.Interpolation;
import org.crossfade.core.nn.MultiScaleInference;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/**
 * A network with an 8-bit image in front and a label map behind it. One scale: logits are upsampled
 * (bilinear, as the network's official code does) to the wanted size, then arg-max. Several:
 * probabilities are averaged at the wanted size. With a sliding window, the logits of an image are
 * the average of its windows'.
 */
public final class InferenceGraph {
  private final Inference inference;
  private final Placeholder<TUint8> image;
  private final Placeholder<TInt32> outputSize;
  private final Prediction prediction;
  private final Operand<TUint8> labels;
  private final Operand<TFloat32> probabilities;

  /** Adds inference with {@code parameters} to the graph of {@code tf}, for one image at a time. */
  public InferenceGraph(
      Ops tf, SegmentationNetwork network, Parameters parameters, Inference inference) {
    this(tf, network, parameters, inference, 1);
  }

  private InferenceGraph(
      Ops tf, SegmentationNetwork network, Parameters parameters, Inference inference, long batch) {
    this.inference = inference;
    this.image =
        tf.placeholder(
            TUint8.class,
            Placeholder.shape(Shape.of(batch, inference.height(), inference.width(), 3)));
    this.outputSize = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(2)));
    Operand<TFloat32> normalised = network.normalisation().apply(tf, image);
    this.prediction = network.forward(Forward.inference(tf), parameters, normalised);
    Answer answer =
        answer(tf, network, parameters, inference, normalised, prediction::logits, outputSize);
    this.probabilities = answer.probabilities();
    this.labels = answer.labels();
  }

  /** Adds the same for any number of images at a time. */
  static InferenceGraph ofBatches(
      Ops tf, SegmentationNetwork network, Parameters parameters, Inference inference) {
    return new InferenceGraph(tf, network, parameters, inference, Shape.UNKNOWN_SIZE);
  }

  /**
   * What a network answers at the wanted size.
   *
   * @param probabilities of the classes, [N, H, W, K]
   * @param labels arg-max, [N, H, W]
   */
  record Answer(Operand<TFloat32> probabilities, Operand<TUint8> labels) {}

  /**
   * Adds the fusion of scales, or the upsampling of the one, to a graph.
   *
   * @param normalised images, [N, H, W, 3]
   * @param logits of these images at the network's resolution, where they are wanted whole
   * @param outputSize wanted height and width, [2]
   */
  static Answer answer(
      Ops tf,
      SegmentationNetwork network,
      Parameters parameters,
      Inference inference,
      Operand<TFloat32> normalised,
      Supplier<Operand<TFloat32>> logits,
      Operand<TInt32> outputSize) {
    Forward forward = Forward.inference(tf);
    Interpolation interpolation = network.interpolation();
    UnaryOperator<Operand<TFloat32>> whole = x -> network.forward(forward, parameters, x).logits();
    UnaryOperator<Operand<TFloat32>> ask =
        inference
            .slide()
            .<UnaryOperator<Operand<TFloat32>>>map(
                window ->
                    image -> window.apply(tf, image, x -> atSizeOf(tf, interpolation, x, whole)))
            .orElse(whole);
    Operand<TFloat32> scores;
    Operand<TFloat32> probabilities;
    if (inference.isFused() || inference.scales().get(0) != 1) {
      probabilities =
          MultiScaleInference.probabilities(
              tf, ask, interpolation, normalised, inference.scales(), inference.flip(), outputSize);
      scores = probabilities;
    } else {
      Operand<TFloat32> answer =
          inference.slide().isPresent() ? ask.apply(normalised) : logits.get();
      scores = interpolation.resize(tf, answer, outputSize);
      probabilities = tf.nn.softmax(scores);
    }
    return new Answer(
        probabilities, tf.dtypes.cast(tf.math.argMax(scores, tf.constant(3)), TUint8.class));
  }

  /** The logits of a window, at its own size. */
  private static Operand<TFloat32> atSizeOf(
      Ops tf,
      Interpolation interpolation,
      Operand<TFloat32> window,
      UnaryOperator<Operand<TFloat32>> logits) {
    int height = (int) window.shape().get(1);
    int width = (int) window.shape().get(2);
    return interpolation.resize(tf, logits.apply(window), height, width);
  }

  /** Returns how the network is asked. */
  public Inference inference() {
    return inference;
  }

  /** Returns the class probabilities, [1, H, W, K], at the wanted size. */
  public Operand<TFloat32> probabilities() {
    return probabilities;
  }

  /** Returns the network's answer to the image at scale 1. */
  public Prediction prediction() {
    return prediction;
  }

  /** Returns the placeholder of the image, RGB, [1, H, W, 3]. */
  public Placeholder<TUint8> image() {
    return image;
  }

  /** Returns the placeholder of the wanted height and width, [2]. */
  public Placeholder<TInt32> outputSize() {
    return outputSize;
  }

  /** Returns the arg-max labels, [1, H, W], at the wanted size. */
  public Operand<TUint8> labels() {
    return labels;
  }

  /**
   * Returns the predicted labels of one image.
   *
   * @param resized of the size that {@link #inference()} says
   * @param height of the label map
   * @param width of the label map
   */
  public LabelMap predict(Session session, Image resized, int height, int width) {
    return predict(session, List.of(resized), height, width).get(0);
  }

  /** Returns the predicted labels of several images, in their order. */
  List<LabelMap> predict(Session session, List<Image> resized, int height, int width) {
    try (TUint8 pixels = tensor(resized);
        TInt32 size = TInt32.vectorOf(height, width);
        var result =
            session.runner().feed(image, pixels).feed(outputSize, size).fetch(labels).run()) {
      ByteDataBuffer ids = ((TUint8) result.get(0)).asRawTensor().data();
      var maps = new ArrayList<LabelMap>();
      for (int n = 0; n < resized.size(); n++) {
        byte[] own = new byte[height * width];
        ids.offset((long) n * own.length).read(own);
        maps.add(new LabelMap(height, width, own));
      }
      return maps;
    }
  }

  /**
   * Returns the class probabilities of one image, [H, W, K].
   *
   * @param resized of the size that {@link #inference()} says
   * @param height H of the answer
   * @param width W of the answer
   */
  public float[] probabilities(Session session, Image resized, int height, int width) {
    try (TUint8 pixels = tensor(resized);
        TInt32 size = TInt32.vectorOf(height, width);
        var result =
            session
                .runner()
                .feed(image, pixels)
                .feed(outputSize, size)
                .fetch(probabilities)
                .run()) {
      TFloat32 found = (TFloat32) result.get(0);
      float[] values = new float[(int) found.size()];
      found.asRawTensor().data().asFloats().read(values);
      return values;
    }
  }

  /**
   * Returns images of one size as a tensor, [N, H, W, 3]; the caller closes it.
   *
   * @throws IllegalArgumentException if they differ in size, or are none
   */
  public static TUint8 tensor(List<Image> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("a batch needs an image");
    }
    Image first = images.get(0);
    int bytes = first.rgb().length;
    byte[] all =
        images.size() == 1 ? first.rgb() : new byte[Math.multiplyExact(images.size(), bytes)];
    for (int n = 0; n < images.size(); n++) {
      Image one = images.get(n);
      if (one.height() != first.height() || one.width() != first.width()) {
        throw new IllegalArgumentException(
            "a batch can't have both an " + first + " and an " + one);
      }
      if (images.size() > 1) {
        System.arraycopy(one.rgb(), 0, all, n * bytes, bytes);
      }
    }
    return TUint8.tensorOf(
        Shape.of(images.size(), first.height(), first.width(), 3),
        DataBuffers.of(all, true, false));
  }

  /** Returns an image as a tensor, [1, H, W, 3]; the caller closes it. */
  public static TUint8 tensor(Image image) {
    return tensor(List.of(image));
  }
}
