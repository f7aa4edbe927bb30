package org.crossfade.training.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads what native code writes to standard error, and passes on what {@link NativeLines} shows. It
 * lies in a file in between: a library that ends the process with its last words leaves them there,
 * {@code crossfade-native-*.log} in the folder of temporary files. Java's own standard error goes
 * where it went.
 */
final class NativeLog {
  /** The C library. */
  interface Descriptors extends Library {
    /** Makes a second descriptor of the same file. */
    int dup(int descriptor);

    /** Makes {@code to} a descriptor of the same file as {@code from}. */
    int dup2(int from, int to);

    /** Opens a file. */
    int open(String path, int flags);

    /** Closes a descriptor. */
    int close(int descriptor);

    /** Writes bytes; returns how many. */
    NativeLong write(int descriptor, byte[] bytes, NativeLong count);
  }

  /** The descriptor that a process begins with. */
  static final int STANDARD_ERROR = 2;

  private static final int WRITE_AT_END_LINUX = 0x401;
  private static final int WRITE_AT_END_MAC = 0x9;
  private static final long MILLIS_BETWEEN = 200;

  private final Descriptors c;
  private final int terminal;
  private final Path file;
  private final RandomAccessFile written;
  private final PrintStream out;
  private final NativeLines lines = new NativeLines();
  private final StringBuilder line = new StringBuilder();

  private NativeLog(Descriptors c, int terminal, Path file, PrintStream out) throws IOException {
    this.c = c;
    this.terminal = terminal;
    this.file = file;
    this.written = new RandomAccessFile(file.toFile(), "r");
    this.out = out;
  }

  /**
   * Begins to read it, until the process ends.
   *
   * @return the descriptor that standard error had; its own where this system does not allow it
   */
  static int begin() {
    try {
      Descriptors c = Native.load(Platform.C_LIBRARY_NAME, Descriptors.class);
      Path file = Files.createTempFile("crossfade-native-", ".log");
      int flags = Platform.isMac() ? WRITE_AT_END_MAC : WRITE_AT_END_LINUX;
      int terminal = c.dup(STANDARD_ERROR);
      int opened = c.open(file.toString(), flags);
      if (terminal < 0 || opened < 0) {
        Files.deleteIfExists(file);
        return STANDARD_ERROR;
      }
      var out = new PrintStream(new Out(c, terminal), true, encoding());
      var log = new NativeLog(c, terminal, file, out);
      System.setErr(out);
      c.dup2(opened, STANDARD_ERROR);
      c.close(opened);
      log.follow();
      return terminal;
    } catch (IOException | LinkageError e) {
      return STANDARD_ERROR;
    }
  }

  private static Charset encoding() {
    String name = System.getProperty("sun.stderr.encoding");
    return name == null ? Charset.defaultCharset() : Charset.forName(name);
  }

  private void follow() {
    var reader =
        new Thread(
            () -> {
              try {
                while (true) {
                  Thread.sleep(MILLIS_BETWEEN);
                  pass();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "native log");
    reader.setDaemon(true);
    reader.start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end of native log"));
  }

  /** Passes on whole lines that are new. */
  private synchronized void pass() {
    try {
      byte[] more = new byte[(int) Math.min(1 << 20, written.length() - written.getFilePointer())];
      int count = more.length == 0 ? 0 : written.read(more);
      for (int i = 0; i < count; i++) {
        if (more[i] == '\n') {
          show();
        } else {
          line.append((char) (more[i] & 0xFF));
        }
      }
    } catch (IOException e) {
      // Nothing to read it from; what comes from now on goes where it went before.
      c.dup2(terminal, STANDARD_ERROR);
    }
  }

  private void show() {
    // Read byte by byte: a letter may have several.
    String text =
        new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    line.setLength(0);
    lines.shown(text).ifPresent(out::println);
  }

  private synchronized void end() {
    c.dup2(terminal, STANDARD_ERROR);
    pass();
    if (line.length() > 0) {
      show();
    }
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      out.println(file + ": can't be deleted: " + e.getMessage());
    }
  }

  /** Writes to a descriptor. */
  private static final class Out extends OutputStream {
    private final Descriptors c;
    private final int descriptor;

    Out(Descriptors c, int descriptor) {
      this.c = c;
      this.descriptor = descriptor;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int at = offset;
      while (at < offset + length) {
        byte[] rest = new byte[offset + length - at];
        System.arraycopy(bytes, at, rest, 0, rest.length);
        long count = c.write(descriptor, rest, new NativeLong(rest.length)).longValue();
        if (count <= 0) {
          throw new IOException("standard error can't be written");
        }
        at += (int) count;
      }
    }
  }
}
