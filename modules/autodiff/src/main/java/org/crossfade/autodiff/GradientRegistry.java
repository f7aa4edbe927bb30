package org.crossfade.autodiff;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.internal.c_api.TFJ_GradFuncAdapter;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.RawCustomGradient;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The gradients that TensorFlow's native registry lacks, registered once a process.
 *
 * <p>All rules share one native callback that dispatches on the operation's type, because the
 * native side has room for about ten callbacks. An operation that has a native gradient can't be
 * given another one.
 */
public final class GradientRegistry {
  /** A gradient rule: from an operation and the gradients of its outputs to those of its inputs. */
  @FunctionalInterface
  interface Rule {
    /** Returns one gradient an input; zeros, never null, where there is none. */
    List<Operand<?>> inputGradients(Ops tf, GraphOperation op, List<Output<?>> outputGradients);
  }

  private static final Map<String, Rule> RULES = rules();
  // Held for the life of the process: the native registry keeps a bare pointer to it.
  private static TFJ_GradFuncAdapter adapter;

  private GradientRegistry() {}

  /** Registers every rule; further calls do nothing. */
  public static synchronized void register() {
    if (adapter != null) {
      return;
    }
    adapter = RawCustomGradient.adapter(GradientRegistry::dispatch);
    for (String type : RULES.keySet()) {
      if (!tensorflow.TFJ_RegisterCustomGradient(type, adapter)) {
        throw new IllegalStateException("TensorFlow refused the gradient of " + type);
      }
    }
  }

  /** Returns the types of operations that have a rule here. */
  public static Set<String> operationTypes() {
    return RULES.keySet();
  }

  private static List<Operand<?>> dispatch(
      Ops tf, GraphOperation op, List<Output<?>> outputGradients) {
    return RULES.get(op.type()).inputGradients(tf, op, outputGradients);
  }

  private static Map<String, Rule> rules() {
    var rules = new LinkedHashMap<String, Rule>();
    rules.put("SparseSoftmaxCrossEntropyWithLogits", GradientRegistry::sparseCrossEntropy);
    rules.put("Xlogy", GradientRegistry::xlogy);
    rules.put("IdentityN", DilatedConvolution::inputGradients);
    return rules;
  }

  /**
   * loss = −log softmax(z)_y, and a second output b = softmax(z) − onehot(y), which is ∂loss/∂z: z
   * gets g_loss·b + (g_b − Σ g_b ⊙ s) ⊙ s with s = softmax(z). The second term appears where a
   * gradient is differentiated again.
   */
  private static List<Operand<?>> sparseCrossEntropy(
      Ops tf, GraphOperation op, List<Output<?>> outputGradients) {
    Operand<TFloat32> logits = null;
    if (isThere(outputGradients.get(0))) {
      Operand<TFloat32> g = outputGradients.get(0).expect(TFloat32.class);
      logits = tf.math.mul(tf.expandDims(g, tf.constant(-1)), op.<TFloat32>output(1));
    }
    if (isThere(outputGradients.get(1))) {
      Operand<TFloat32> g = outputGradients.get(1).expect(TFloat32.class);
      Operand<TFloat32> s = tf.nn.softmax(op.input(0).expect(TFloat32.class));
      Operand<TFloat32> mean =
          tf.reduceSum(tf.math.mul(g, s), tf.constant(-1), ReduceSum.keepDims(true));
      Operand<TFloat32> again = tf.math.mul(tf.math.sub(g, mean), s);
      logits = logits == null ? again : tf.math.add(logits, again);
    }
    return List.of(logits, tf.zerosLike(op.input(1)));
  }

  /** d(x·log y) = log y dx + x/y dy, with 0 where x is 0. */
  private static List<Operand<?>> xlogy(
      Ops tf, GraphOperation op, List<Output<?>> outputGradients) {
    Operand<TFloat32> g = outputGradients.get(0).expect(TFloat32.class);
    Operand<TFloat32> x = op.input(0).expect(TFloat32.class);
    Operand<TFloat32> y = op.input(1).expect(TFloat32.class);
    Operand<TFloat32> nonZero =
        tf.dtypes.cast(tf.math.notEqual(x, tf.zerosLike(x)), TFloat32.class);
    Operand<TInt32> xShape = tf.shape(x);
    Operand<TInt32> yShape = tf.shape(y);
    var broadcast = tf.broadcastGradientArgs(xShape, yShape);
    return List.of(
        tf.reshape(tf.reduceSum(tf.math.mul(g, tf.math.xlogy(nonZero, y)), broadcast.r0()), xShape),
        tf.reshape(tf.reduceSum(tf.math.mul(g, tf.math.xdivy(x, y)), broadcast.r1()), yShape));
  }

  /** Whether a loss depends on the output that this is the gradient of. */
  private static boolean isThere(Output<?> gradient) {
    return !gradient.isClosed();
  }
}
