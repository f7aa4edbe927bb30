package org.crossfade.weights;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The element types of tensor files, little-endian throughout. */
public enum DataType {
  /** One byte: 0 or 1. */
  BOOL("BOOL", 1),
  /** Unsigned 8 bit, 0 to 255. */
  UINT8("U8", 1),
  /** Signed 8 bit. */
  INT8("I8", 1),
  /** Signed 16 bit. */
  INT16("I16", 2),
  /** Signed 32 bit. */
  INT32("I32", 4),
  /** Signed 64 bit. */
  INT64("I64", 8),
  /** IEEE 754 half precision. */
  FLOAT16("F16", 2),
  /** The upper half of a single precision number. */
  BFLOAT16("BF16", 2),
  /** IEEE 754 single precision. */
  FLOAT32("F32", 4),
  /** IEEE 754 double precision. */
  FLOAT64("F64", 8);

  private final String code;
  private final int bytes;

  DataType(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** {@return the name of this type in a safetensors header, such as {@code F32}} */
  public String code() {
    return code;
  }

  /** {@return bytes of one element} */
  public int bytes() {
    return bytes;
  }

  /** {@return whether the elements are whole numbers (or truth values)} */
  public boolean isInteger() {
    return switch (this) {
      case BOOL, UINT8, INT8, INT16, INT32, INT64 -> true;
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> false;
    };
  }

  /**
   * {@return the type of a safetensors code}
   *
   * @param code such as {@code F32}
   * @throws IllegalArgumentException if there is none, naming those that there are
   */
  public static DataType ofCode(String code) {
    for (DataType type : values()) {
      if (type.code.equals(code)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "unknown element type '"
            + code
            + "'; known: "
            + Arrays.stream(values()).map(DataType::code).collect(Collectors.joining(", ")));
  }

  /**
   * Element {@code index} of a little-endian buffer, widened without loss (64-bit integers: see
   * {@link #readLong}).
   */
  double readDouble(ByteBuffer data, int index) {
    return switch (this) {
      case FLOAT16 -> halfToFloat(data.getShort(index * 2));
      case BFLOAT16 -> Float.intBitsToFloat(data.getShort(index * 2) << 16);
      case FLOAT32 -> data.getFloat(index * 4);
      case FLOAT64 -> data.getDouble(index * 8);
      default -> readLong(data, index);
    };
  }

  /** Element {@code index} of a little-endian buffer of whole numbers. */
  long readLong(ByteBuffer data, int index) {
    return switch (this) {
      case BOOL, UINT8 -> data.get(index) & 0xFF;
      case INT8 -> data.get(index);
      case INT16 -> data.getShort(index * 2);
      case INT32 -> data.getInt(index * 4);
      case INT64 -> data.getLong(index * 8);
      default -> throw new IllegalStateException(code + " does not hold whole numbers");
    };
  }

  /**
   * IEEE 754 half to single precision, exact, with subnormals, signed zeros, infinities and NaN.
   */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1F;
    int mantissa = half & 0x3FF;
    if (exponent == 0) {
      float magnitude = mantissa * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    if (exponent == 0x1F) {
      return Float.intBitsToFloat(sign | 0x7F800000 | (mantissa << 13));
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (mantissa << 13));
  }
}
