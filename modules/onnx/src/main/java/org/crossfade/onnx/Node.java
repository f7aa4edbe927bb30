package org.crossfade.onnx;

import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * An operation of a TensorFlow graph.
 *
 * @param def as TensorFlow writes it
 * @param inputs the tensors that it reads, {@code name:index}
 */
record Node(NodeDef def, List<String> inputs) {
  Node {
    inputs = List.copyOf(inputs);
  }

  String name() {
    return def.getName();
  }

  String type() {
    return def.getOp();
  }

  String input(int index) {
    return inputs.get(index);
  }

  /** The tensor that it answers with, the first of several. */
  String output() {
    return output(0);
  }

  String output(int index) {
    return name() + ":" + index;
  }

  boolean flag(String attribute) {
    return attribute(attribute).getB();
  }

  long number(String attribute) {
    return attribute(attribute).getI();
  }

  float real(String attribute) {
    return attribute(attribute).getF();
  }

  String text(String attribute) {
    return attribute(attribute).getS().toStringUtf8();
  }

  DataType dataType(String attribute) {
    return attribute(attribute).getType();
  }

  List<Long> numbers(String attribute) {
    return attribute(attribute).getList().getIList();
  }

  private AttrValue attribute(String attribute) {
    return def.getAttrOrDefault(attribute, AttrValue.getDefaultInstance());
  }

  /** An error about this operation. */
  IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(
        "the network can't be written as ONNX: the operation %s, called '%s', %s"
            .formatted(type(), name(), why));
  }
}
