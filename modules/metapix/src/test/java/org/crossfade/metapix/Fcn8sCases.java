package org.crossfade.metapix;

import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.methodtest.CaseGraph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/** What parity cases of FCN-8s are fed, and the network that weights their pixels. */
final class Fcn8sCases {
  private Fcn8sCases() {}

  static WeightingNetwork weighting(int classes) {
    return new WeightingNetwork(
        new WeightingNetwork.Options(WeightingNetwork.Kind.PIXEL, 64), classes);
  }

  /** BGR of a case becomes the RGB that data sets give. */
  static Operand<TFloat32> normalised(Ops tf, Operand<TInt32> bgr) {
    Operand<TInt32> rgb = tf.reverse(bgr, tf.constant(new int[] {3}));
    return Normalisation.BGR_MEAN.apply(tf, tf.dtypes.cast(rgb, TUint8.class));
  }

  static Operand<TFloat32> kept(Ops tf, Operand<TFloat32> x, Operand<TInt32> mask) {
    return tf.math.mul(x, tf.math.mul(tf.dtypes.cast(mask, TFloat32.class), tf.constant(2f)));
  }

  static PairStep.Batch fed(Ops tf, CaseGraph graph, String name, Fcn8s network) {
    return new PairStep.Batch(
        network, normalised(tf, graph.ints(name + "_image")), graph.ints(name + "_labels"));
  }
}
