package org.crossfade.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.primitives.Ints;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * A value that no image changes. TensorFlow's int32 is int64 here: they are sizes and axes, which
 * ONNX has as int64.
 */
final class Constant {
  private final long[] shape;

  /** {@code float[]}, {@code double[]} or {@code long[]}, row-major. */
  private final Object values;

  private Constant(long[] shape, Object values) {
    this.shape = shape;
    this.values = values;
  }

  /**
   * Returns the value of a tensor.
   *
   * @throws IllegalArgumentException if its elements are of another type
   */
  static Constant of(String name, Tensor tensor) {
    int size = Math.toIntExact(tensor.shape().size());
    long[] shape = tensor.shape().asArray();
    if (tensor instanceof TFloat32 floats) {
      float[] values = new float[size];
      floats.asRawTensor().data().asFloats().read(values);
      return new Constant(shape, values);
    }
    if (tensor instanceof TFloat64 doubles) {
      double[] values = new double[size];
      doubles.asRawTensor().data().asDoubles().read(values);
      return new Constant(shape, values);
    }
    if (tensor instanceof TInt64 longs) {
      long[] values = new long[size];
      longs.asRawTensor().data().asLongs().read(values);
      return new Constant(shape, values);
    }
    if (tensor instanceof TInt32 ints) {
      int[] values = new int[size];
      ints.asRawTensor().data().asInts().read(values);
      return new Constant(shape, Arrays.stream(values).asLongStream().toArray());
    }
    throw new IllegalArgumentException(
        "the constant '%s' of type %s can't be written as ONNX: float32, float64, int32 and int64 can"
            .formatted(name, tensor.dataType()));
  }

  static Constant of(long... values) {
    return new Constant(new long[] {values.length}, values);
  }

  /** The sizes of its axes; none for a scalar. */
  long[] shape() {
    return shape;
  }

  int rank() {
    return shape.length;
  }

  /** The elements of whole numbers. */
  long[] longs() {
    return (long[]) values;
  }

  /** The elements of a floating point value. */
  float[] floats() {
    return (float[]) values;
  }

  boolean isFloats() {
    return values instanceof float[];
  }

  Constant reshaped(long... newShape) {
    return new Constant(newShape, values);
  }

  /**
   * Returns float32 values with their axes in another order.
   *
   * @param order for each axis of the result the axis that it was
   */
  Constant transposed(int... order) {
    float[] from = floats();
    float[] to = new float[from.length];
    long[] newShape = new long[order.length];
    int[] strides = new int[order.length];
    int[] stridesOfFrom = new int[order.length];
    int stride = 1;
    for (int axis = order.length - 1; axis >= 0; axis--) {
      stridesOfFrom[axis] = stride;
      stride *= Ints.checkedCast(shape[axis]);
    }
    for (int axis = 0; axis < order.length; axis++) {
      newShape[axis] = shape[order[axis]];
      strides[axis] = stridesOfFrom[order[axis]];
    }
    int[] index = new int[order.length];
    int place = 0;
    for (int i = 0; i < to.length; i++) {
      to[i] = from[place];
      for (int axis = order.length - 1; axis >= 0; axis--) {
        place += strides[axis];
        if (++index[axis] < newShape[axis]) {
          break;
        }
        place -= strides[axis] * index[axis];
        index[axis] = 0;
      }
    }
    return new Constant(newShape, to);
  }

  /** Returns the value as ONNX has it. */
  TensorProto toProto(String name) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name);
    for (long extent : shape) {
      tensor.addDims(extent);
    }
    ByteBuffer bytes;
    if (values instanceof float[] floats) {
      tensor.setDataType(TensorProto.DataType.FLOAT.getNumber());
      bytes = little(floats.length * Float.BYTES);
      bytes.asFloatBuffer().put(floats);
    } else if (values instanceof double[] doubles) {
      tensor.setDataType(TensorProto.DataType.DOUBLE.getNumber());
      bytes = little(doubles.length * Double.BYTES);
      bytes.asDoubleBuffer().put(doubles);
    } else {
      tensor.setDataType(TensorProto.DataType.INT64.getNumber());
      bytes = little(longs().length * Long.BYTES);
      bytes.asLongBuffer().put(longs());
    }
    return tensor.setRawData(ByteString.copyFrom(bytes)).build();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
