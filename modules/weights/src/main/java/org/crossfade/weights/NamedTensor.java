package org.crossfade.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * A tensor of a file: name, element type, shape, and elements in row-major order.
 *
 * <p>Elements of a tensor that comes from a file are read at each conversion and not kept; a
 * conversion throws {@link WeightFileException} if the file has gone or has shrunk since.
 */
public final class NamedTensor {
  /** More dimensions no tensor has (PyTorch's own limit). */
  static final int MOST_DIMENSIONS = 64;

  private final String name;
  private final DataType type;
  private final long[] shape;
  private final int size;
  private final TensorBytes data;

  NamedTensor(String name, DataType type, long[] shape, TensorBytes data) {
    this.name = Objects.requireNonNull(name, "name");
    this.type = Objects.requireNonNull(type, "type");
    this.shape = shape.clone();
    this.size = sizeOf(name, type, shape);
    this.data = data;
  }

  /**
   * A float32 tensor in memory.
   *
   * @param name in a file
   * @param values the elements, row-major
   * @param shape its product is the length of {@code values}; empty for a scalar
   * @return the tensor
   */
  public static NamedTensor of(String name, float[] values, long... shape) {
    ByteBuffer bytes = allocate(name, values.length, DataType.FLOAT32, shape);
    bytes.asFloatBuffer().put(values);
    return inMemory(name, DataType.FLOAT32, shape, bytes);
  }

  /**
   * A float64 tensor in memory; see {@link #of(String, float[], long...)}.
   *
   * @param name in a file
   * @param values the elements, row-major
   * @param shape its product is the length of {@code values}; empty for a scalar
   * @return the tensor
   */
  public static NamedTensor of(String name, double[] values, long... shape) {
    ByteBuffer bytes = allocate(name, values.length, DataType.FLOAT64, shape);
    bytes.asDoubleBuffer().put(values);
    return inMemory(name, DataType.FLOAT64, shape, bytes);
  }

  /**
   * An int32 tensor in memory; see {@link #of(String, float[], long...)}.
   *
   * @param name in a file
   * @param values the elements, row-major
   * @param shape its product is the length of {@code values}; empty for a scalar
   * @return the tensor
   */
  public static NamedTensor of(String name, int[] values, long... shape) {
    ByteBuffer bytes = allocate(name, values.length, DataType.INT32, shape);
    bytes.asIntBuffer().put(values);
    return inMemory(name, DataType.INT32, shape, bytes);
  }

  /**
   * An int64 tensor in memory; see {@link #of(String, float[], long...)}.
   *
   * @param name in a file
   * @param values the elements, row-major
   * @param shape its product is the length of {@code values}; empty for a scalar
   * @return the tensor
   */
  public static NamedTensor of(String name, long[] values, long... shape) {
    ByteBuffer bytes = allocate(name, values.length, DataType.INT64, shape);
    bytes.asLongBuffer().put(values);
    return inMemory(name, DataType.INT64, shape, bytes);
  }

  /**
   * A tensor of raw little-endian bytes in memory, of any type.
   *
   * @param name in a file
   * @param type of the elements
   * @param values the elements, row-major, {@link DataType#bytes} each
   * @param shape its product is the number of elements; empty for a scalar
   * @return the tensor
   */
  public static NamedTensor ofBytes(String name, DataType type, byte[] values, long... shape) {
    ByteBuffer bytes = allocate(name, values.length / type.bytes(), type, shape);
    bytes.put(0, values);
    return inMemory(name, type, shape, bytes);
  }

  /** {@return the name in the file (after any prefix was stripped)} */
  public String name() {
    return name;
  }

  /** {@return the element type in the file} */
  public DataType type() {
    return type;
  }

  /** {@return a copy of the shape; empty for a scalar} */
  public long[] shape() {
    return shape.clone();
  }

  /** {@return the number of elements: 1 for a scalar} */
  public int size() {
    return size;
  }

  /**
   * {@return the same tensor under another name}
   *
   * @param newName in place of {@link #name}
   */
  public NamedTensor renamed(String newName) {
    return new NamedTensor(newName, type, shape, data);
  }

  /**
   * {@return the same elements in another shape}
   *
   * @param newShape its product is {@link #size}; empty for a scalar
   * @throws IllegalArgumentException if the shape has another number of elements
   */
  public NamedTensor reshaped(long... newShape) {
    if (sizeOf(name, type, newShape) != size) {
      throw new IllegalArgumentException(
          "'%s' has %d elements; the shape %s has not"
              .formatted(PrintableText.name(name), size, Arrays.toString(newShape)));
    }
    return new NamedTensor(name, type, newShape, data);
  }

  /** {@return all elements, row-major, little-endian, read-only, position 0} */
  public ByteBuffer bytes() {
    return data.read().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * {@return all elements as float32: half types widened exactly, float64 rounded, integers
   * converted}
   */
  public float[] toFloats() {
    ByteBuffer bytes = data.read();
    float[] values = new float[size];
    if (type == DataType.FLOAT32) {
      bytes.asFloatBuffer().get(values);
      return values;
    }
    for (int i = 0; i < size; i++) {
      values[i] = (float) type.readDouble(bytes, i);
    }
    return values;
  }

  /** {@return all elements as float64} */
  public double[] toDoubles() {
    ByteBuffer bytes = data.read();
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = type.readDouble(bytes, i);
    }
    return values;
  }

  /**
   * {@return all elements as int64}
   *
   * @throws IllegalStateException if the tensor holds floating point numbers
   */
  public long[] toLongs() {
    requireInteger();
    ByteBuffer bytes = data.read();
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] = type.readLong(bytes, i);
    }
    return values;
  }

  /**
   * {@return all elements as int32}
   *
   * @throws IllegalStateException if the tensor holds floating point numbers
   * @throws ArithmeticException if an element does not fit
   */
  public int[] toInts() {
    requireInteger();
    ByteBuffer bytes = data.read();
    int[] values = new int[size];
    for (int i = 0; i < size; i++) {
      values[i] = Math.toIntExact(type.readLong(bytes, i));
    }
    return values;
  }

  @Override
  public String toString() {
    return PrintableText.name(name) + " " + type.code() + Arrays.toString(shape);
  }

  private void requireInteger() {
    if (!type.isInteger()) {
      throw new IllegalStateException("tensor " + this + " does not hold whole numbers");
    }
  }

  private static NamedTensor inMemory(String name, DataType type, long[] shape, ByteBuffer bytes) {
    return new NamedTensor(name, type, shape, () -> bytes);
  }

  private static ByteBuffer allocate(String name, int length, DataType type, long[] shape) {
    int size = sizeOf(name, type, shape);
    if (size != length) {
      throw new IllegalArgumentException(
          "tensor '%s': %d values do not fill shape %s"
              .formatted(PrintableText.name(name), length, Arrays.toString(shape)));
    }
    return ByteBuffer.allocate(size * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The number of elements of a shape, refusing what one Java array cannot hold. */
  private static int sizeOf(String name, DataType type, long[] shape) {
    String printable = PrintableText.name(name);
    if (shape.length > MOST_DIMENSIONS) {
      throw new IllegalArgumentException(
          "tensor '%s' has %d dimensions; at most %d are read"
              .formatted(printable, shape.length, MOST_DIMENSIONS));
    }
    long size = 1;
    for (long extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException(
            "tensor '%s': negative extent in shape %s"
                .formatted(printable, Arrays.toString(shape)));
      }
      if (extent != 0 && size > Integer.MAX_VALUE / extent) {
        size = Long.MAX_VALUE;
        break;
      }
      size *= extent;
    }
    if (size > Integer.MAX_VALUE / type.bytes()) {
      throw new IllegalArgumentException(
          "tensor '%s' of shape %s is larger than 2 GiB, which cannot be read here"
              .formatted(printable, Arrays.toString(shape)));
    }
    return (int) size;
  }
}
