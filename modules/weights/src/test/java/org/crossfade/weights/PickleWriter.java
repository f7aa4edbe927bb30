package org.crossfade.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Writes protocol 2 opcodes as PyTorch's files have them. */
final class PickleWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  PickleWriter() {
    raw(0x80, 2);
  }

  PickleWriter raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  PickleWriter bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  PickleWriter global(String module, String name) {
    raw('c').bytes(module + "\n" + name + "\n");
    return this;
  }

  /** Unicode text. */
  PickleWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    raw('X').little(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  /** A byte string of Python 2. */
  PickleWriter oldText(String text) {
    raw('U', text.length()).bytes(text);
    return this;
  }

  PickleWriter number(int value) {
    return raw('J').little(value);
  }

  PickleWriter mark() {
    return raw('(');
  }

  PickleWriter tuple() {
    return raw('t');
  }

  PickleWriter reduce() {
    return raw('R');
  }

  PickleWriter emptyDict() {
    return raw('}');
  }

  PickleWriter setItems() {
    return raw('u');
  }

  PickleWriter none() {
    return raw('N');
  }

  PickleWriter orderedDict() {
    return global("collections", "OrderedDict").raw(')').reduce();
  }

  /** An object of a class without arguments, as protocol 2 makes it. */
  PickleWriter newObject(String module, String name) {
    return global(module, name).raw(')').raw(0x81);
  }

  /** The attributes of the object on top: one key and one value. */
  PickleWriter state(UnaryOperator<PickleWriter> keyAndValue) {
    emptyDict().mark();
    return keyAndValue.apply(this).setItems().raw('b');
  }

  /** An array of NumPy. */
  PickleWriter array() {
    global("numpy.core.multiarray", "_reconstruct").mark().global("numpy", "ndarray").numbers(0);
    oldText("b").tuple().reduce().mark().number(1).numbers(3).dtype().raw(0x89);
    return oldText("0123456789ab").tuple().raw('b');
  }

  /** NumPy's float32. */
  PickleWriter dtype() {
    return global("numpy", "dtype").mark().text("f4").raw(0x89).raw(0x88).tuple().reduce();
  }

  PickleWriter numbers(int... values) {
    mark();
    for (int value : values) {
      number(value);
    }
    return tuple();
  }

  /** A reference to a storage, as the zip container has them. */
  PickleWriter storage(String storageClass, String key, int size) {
    return openStorage("torch", storageClass, key, size).tuple().raw('Q');
  }

  /** A reference to a storage of the legacy container, still open for its view. */
  PickleWriter openStorage(String module, String storageClass, String key, int size) {
    mark().text("storage").global(module, storageClass).oldText(key).text("cuda:0");
    return number(size);
  }

  PickleWriter openTensor() {
    return global("torch._utils", "_rebuild_tensor_v2").mark();
  }

  PickleWriter closeTensor(int offset, int[] shape, int[] strides) {
    return number(offset).numbers(shape).numbers(strides).raw(0x89).orderedDict().tuple().reduce();
  }

  PickleWriter floats(String key, int storageSize, int offset, int[] shape, int... strides) {
    return openTensor()
        .storage("FloatStorage", key, storageSize)
        .closeTensor(offset, shape, strides);
  }

  byte[] stop() {
    raw('.');
    return out.toByteArray();
  }

  private PickleWriter little(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value).array());
    return this;
  }

  private void bytes(String ascii) {
    out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
