package org.crossfade.autodiff;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.OpDef;
import org.tensorflow.types.family.TNumber;

/**
 * Builds operations by the name of their type, with attributes taken from another operation.
 *
 * <p>Attributes that follow from the inputs, such as element types, are left to TensorFlow.
 */
final class Node {
  private static final Map<String, OpDef> DEFINITIONS =
      TensorFlow.registeredOpList().getOpList().stream()
          .collect(Collectors.toUnmodifiableMap(OpDef::getName, definition -> definition));

  private Node() {}

  /** Returns {@code operand} as a number; nothing is checked, an operand's Java type is erased. */
  @SuppressWarnings("unchecked")
  static Operand<TNumber> number(Operand<?> operand) {
    return (Operand<TNumber>) operand;
  }

  /** Returns an operation of the type and attributes of {@code original} on other inputs. */
  static GraphOperation copy(Ops tf, GraphOperation original, List<? extends Operand<?>> inputs) {
    return build(tf, original.type(), attributes(original), inputs);
  }

  /**
   * Returns the first output of an operation with those attributes of {@code relative} that its
   * type has too: the gradient of a convolution has the convolution's strides and padding.
   */
  static Operand<TNumber> like(Ops tf, String type, GraphOperation relative, Operand<?>... inputs) {
    return number(build(tf, type, attributes(relative), List.of(inputs)).output(0));
  }

  /** Returns the first output of an operation without attributes of its own. */
  static Operand<TNumber> of(Ops tf, String type, Operand<?>... inputs) {
    return number(build(tf, type, Map.of(), List.of(inputs)).output(0));
  }

  /**
   * Returns a new operation.
   *
   * @param attributes those that the type lacks, or that follow from the inputs, are passed over,
   *     except for the lengths of lists among the inputs
   * @param inputs in the order of the operation's definition, lists flattened
   */
  static GraphOperation build(
      Ops tf, String type, Map<String, AttrValue> attributes, List<? extends Operand<?>> inputs) {
    OpDef definition = DEFINITIONS.get(type);
    OperationBuilder builder = tf.scope().opBuilder(type, type);
    Map<String, AttrValue> own = new LinkedHashMap<>();
    for (var attribute : definition.getAttrList()) {
      AttrValue value = attributes.get(attribute.getName());
      if (value != null) {
        own.put(attribute.getName(), value);
      }
    }
    int next = 0;
    for (var argument : definition.getInputArgList()) {
      own.remove(argument.getTypeAttr());
      own.remove(argument.getNumberAttr());
      own.remove(argument.getTypeListAttr());
      if (argument.getNumberAttr().isEmpty() && argument.getTypeListAttr().isEmpty()) {
        builder.addInput(inputs.get(next++).asOutput());
        continue;
      }
      int length =
          argument.getNumberAttr().isEmpty()
              ? attributes.get(argument.getTypeListAttr()).getList().getTypeCount()
              : (int) attributes.get(argument.getNumberAttr()).getI();
      builder.addInputList(
          inputs.subList(next, next + length).stream()
              .map(Operand::asOutput)
              .toArray(Output<?>[]::new));
      next += length;
    }
    own.forEach(builder::setAttr);
    return (GraphOperation) builder.build();
  }

  /** Returns an attribute that holds a whole number. */
  static AttrValue integer(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  /** Returns an attribute that holds a truth value. */
  static AttrValue bool(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }

  /** Returns the attributes of an operation, with others in place of those of the same name. */
  static Map<String, AttrValue> attributes(GraphOperation operation, Map<String, AttrValue> other) {
    var attributes = new HashMap<>(attributes(operation));
    attributes.putAll(other);
    return attributes;
  }

  /** Returns the attributes of an operation, by name. */
  static Map<String, AttrValue> attributes(GraphOperation operation) {
    var inspector = operation.attributes();
    var attributes = new HashMap<String, AttrValue>();
    for (var attribute : DEFINITIONS.get(operation.type()).getAttrList()) {
      attributes.put(attribute.getName(), inspector.getAttrValueProto(attribute.getName()));
    }
    return attributes;
  }
}
