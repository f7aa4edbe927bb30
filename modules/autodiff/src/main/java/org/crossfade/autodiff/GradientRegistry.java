package org.crossfade.autodiff;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rules of differentiation, by the type of operation; one table a process.
 *
 * <p>A type without a gradient rule falls back to TensorFlow's native first-order gradient where
 * that exists; one without a tangent rule falls back to the gradient rule differentiated twice.
 */
public final class GradientRegistry {
  private static final Map<String, GradientRule> GRADIENTS = new ConcurrentHashMap<>();
  private static final Map<String, TangentRule> TANGENTS = new ConcurrentHashMap<>();
  private static final Set<String> CONSTANT =
      Set.of(
          "StopGradient",
          "ZerosLike",
          "OnesLike",
          "OneHot",
          "Sign",
          "Floor",
          "Ceil",
          "Round",
          "Rint",
          "FloorDiv",
          "NextAfter",
          "Bucketize",
          "Shape",
          "ShapeN",
          "Size",
          "Rank");

  static {
    ElementwiseRules.register();
    ActivationRules.register();
    BroadcastRules.register();
    ReductionRules.register();
    SoftmaxRules.register();
    ConvolutionRules.register();
    MatrixRules.register();
    PoolingRules.register();
    ResizeRules.register();
    NormalisationRules.register();
    ArrayRules.register();
    SliceRules.register();
  }

  private GradientRegistry() {}

  /**
   * Registers the gradient of a type of operation that has none here; TensorFlow's native gradient,
   * if there is one, is then no longer asked.
   *
   * @param type as {@code Operation.type()} says it, such as {@code "TopKV2"}
   * @param rule builds the gradients of the inputs
   * @throws IllegalArgumentException if the type has a gradient rule already
   */
  public static void registerGradient(String type, GradientRule rule) {
    if (GRADIENTS.putIfAbsent(type, rule) != null) {
      throw new IllegalArgumentException(type + " has a gradient rule already");
    }
  }

  /**
   * Registers the tangent of a type of operation that has none here. Without one, {@link
   * GradientTape#jvp} differentiates the gradient rule of the type.
   *
   * @param type as {@code Operation.type()} says it
   * @param rule builds the tangents of the outputs
   * @throws IllegalArgumentException if the type has a tangent rule already
   */
  public static void registerTangent(String type, TangentRule rule) {
    if (TANGENTS.putIfAbsent(type, rule) != null) {
      throw new IllegalArgumentException(type + " has a tangent rule already");
    }
  }

  /**
   * Registers both rules of a type of operation.
   *
   * @param type as {@code Operation.type()} says it
   * @param gradient builds the gradients of the inputs
   * @param tangent builds the tangents of the outputs
   */
  public static void register(String type, GradientRule gradient, TangentRule tangent) {
    registerGradient(type, gradient);
    registerTangent(type, tangent);
  }

  /** {@return the types of operations that have a gradient rule here, in order} */
  public static Set<String> operationTypes() {
    return new TreeSet<>(GRADIENTS.keySet());
  }

  /** {@return the types of operations that have a tangent rule here, in order} */
  public static Set<String> tangentTypes() {
    return new TreeSet<>(TANGENTS.keySet());
  }

  /** Returns the rule of a type, or null. */
  static GradientRule gradientOf(String type) {
    return GRADIENTS.get(type);
  }

  /** Returns the rule of a type, or null. */
  static TangentRule tangentOf(String type) {
    return TANGENTS.get(type);
  }

  /** Returns whether outputs of this type are constant wherever they have a derivative. */
  static boolean isConstant(String type) {
    return CONSTANT.contains(type);
  }
}
