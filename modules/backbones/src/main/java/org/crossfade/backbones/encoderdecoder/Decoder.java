package org.crossfade.backbones.encoderdecoder;

import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.Dropout;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Makes features and logits of stride 4 from the four levels of a trunk. */
public interface Decoder {
  /** Name of the classifier, below the decoder. */
  String CLASSIFIER = "conv_seg";

  /**
   * What a decoder answers.
   *
   * @param features [N, h, w, C], rectified
   * @param logits [N, h, w, K]
   */
  record Decoded(Operand<TFloat32> features, Operand<TFloat32> logits) {}

  /** Returns a name for logs. */
  String name();

  /** Returns the number of channels, C, of the features. */
  int channels();

  /** Returns the variables of the part before the classifier. */
  List<ParameterSpec> featureParameters();

  /**
   * Returns the features.
   *
   * @param levels outputs of the trunk's stages 1 to 4
   * @return [N, h, w, channels], of the first level's size
   */
  Operand<TFloat32> features(
      Forward forward, Parameters parameters, List<Operand<TFloat32>> levels);

  /** Returns the same decoder with another form of batch norm. */
  Decoder withBatchNorm(BatchNorm.Mode mode);

  /** Returns the classifier: a 1x1 convolution with a bias. */
  static Convolution classifier(int channels, int classes) {
    return Convolution.same(CLASSIFIER, channels, classes, 1, 1, /* bias= */ true);
  }

  /** Returns the classifier's variables: N(0, 0.01²), bias 0. */
  static List<ParameterSpec> classifierParameters(int channels, int classes) {
    return classifier(channels, classes)
        .parameters(new Initializer.Normal(0.01), Initializer.zeros());
  }

  /**
   * Returns the logits of features behind dropout of whole channels.
   *
   * @param features [N, h, w, C]
   * @return [N, h, w, classes]
   */
  static Operand<TFloat32> classify(
      Forward forward,
      Parameters parameters,
      Operand<TFloat32> features,
      double dropout,
      int classes) {
    int channels = (int) features.shape().get(3);
    return classifier(channels, classes)
        .apply(
            forward.tf(),
            parameters,
            Dropout.channels(dropout).apply(forward, CLASSIFIER, features));
  }
}
