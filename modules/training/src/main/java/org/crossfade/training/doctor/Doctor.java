package org.crossfade.training.doctor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crossfade.training.run.CacheFolder;
import org.crossfade.training.run.Processor;

/** Looks at everything that a training stands on. */
public final class Doctor {
  /** A heap below this can't decode large images. */
  private static final long SMALL_HEAP = 512L << 20;

  /** A run of the published networks writes so much. */
  private static final long SMALL_DISK = 2L << 30;

  private Doctor() {}

  /**
   * Returns what was found.
   *
   * @param dataRoots folders of data sets that were named
   */
  public static List<Finding> examine(List<Path> dataRoots) {
    var findings = new ArrayList<Finding>();
    findings.add(
        Finding.fine(
            "system",
            System.getProperty("os.name")
                + " "
                + System.getProperty("os.version")
                + ", "
                + System.getProperty("os.arch")));
    findings.add(processor());
    findings.add(
        Finding.fine(
            "Java",
            System.getProperty("java.version") + " of " + System.getProperty("java.vendor")));
    findings.add(heap(Runtime.getRuntime().maxMemory()));
    findings.add(
        Finding.fine(
            "locale", Locale.getDefault() + ", files " + System.getProperty("sun.jnu.encoding")));
    findings.addAll(TensorFlowChecks.all());
    SharedLibraries libraries = SharedLibraries.here();
    findings.addAll(Devices.builtForGpu() ? libraries.findings() : List.of(libraries.summary()));
    findings.add(room("cache", CacheFolder.path()));
    findings.add(room("this folder", Path.of("").toAbsolutePath()));
    findings.add(room("temporary files", Path.of(System.getProperty("java.io.tmpdir"))));
    dataRoots.forEach(root -> findings.add(dataRoot(root)));
    return List.copyOf(findings);
  }

  private static Finding processor() {
    Processor processor = Processor.here();
    String name = processor.name().isEmpty() ? "of unknown kind" : processor.toString();
    return Finding.fine(
        "processor", Runtime.getRuntime().availableProcessors() + " cores, " + name);
  }

  /** Judges the largest heap, in bytes. */
  static Finding heap(long bytes) {
    return new Finding(
        "heap",
        (bytes >> 20) + " MB at most; tensors lie outside of it",
        bytes < SMALL_HEAP
            ? "images are decoded on the heap: give it 1 GB, as in JAVA_TOOL_OPTIONS=-Xmx1g"
            : "");
  }

  /** Judges whether a folder can be written and has room. */
  static Finding room(String subject, Path folder) {
    try {
      Path there = folder;
      while (!Files.exists(there)) {
        there = there.toAbsolutePath().getParent();
      }
      FileStore store = Files.getFileStore(there);
      long free = store.getUsableSpace();
      String found = folder + ", " + (free >> 30) + " GB free";
      if (!Files.isWritable(there)) {
        return new Finding(
            subject, found, there + " can't be written: change its rights, or use another folder");
      }
      return new Finding(
          subject,
          found,
          free < SMALL_DISK ? "less than 2 GB are free; a run may end with a full disk" : "");
    } catch (IOException e) {
      return new Finding(subject, folder + ": " + e.getMessage(), "the folder can't be examined");
    }
  }

  /** Judges whether a folder of data can be read. */
  static Finding dataRoot(Path root) {
    boolean there = Files.isDirectory(root) && Files.isReadable(root);
    return new Finding(
        "data root",
        root + (there ? "" : ": no folder that can be read"),
        there ? "" : "name the folder in which the data sets lie");
  }
}
