package org.crossfade.training.doctor;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The libraries that TensorFlow's build for CUDA 12 opens by name, and who has them.
 *
 * @param folders where Linux looks: {@code LD_LIBRARY_PATH}, then the system's
 */
record SharedLibraries(List<Path> folders) {
  /** Driver, which no package for CUDA brings. */
  private static final String DRIVER = "NVIDIA's driver (Debian: nvidia-driver)";

  private static final String CUDA =
      "CUDA 12 (Debian: nvidia-cuda-toolkit; Maven: org.bytedeco:cuda:12.6-9.5-1.5.11 with the"
          + " classifier linux-x86_64-redist)";

  private static final String CUDNN = "cuDNN 9 (NVIDIA's package libcudnn9-cuda-12)";

  /** Every library that is wanted, with what has it. */
  static final Map<String, String> WANTED = wanted();

  private static Map<String, String> wanted() {
    var wanted = new LinkedHashMap<String, String>();
    wanted.put("libcuda.so.1", DRIVER);
    for (String cuda :
        List.of(
            "libcudart.so.12",
            "libcublas.so.12",
            "libcublasLt.so.12",
            "libcufft.so.11",
            "libcusolver.so.11",
            "libcusparse.so.12")) {
      wanted.put(cuda, CUDA);
    }
    wanted.put("libcudnn.so.9", CUDNN);
    return wanted;
  }

  SharedLibraries {
    folders = List.copyOf(folders);
  }

  /** Returns those of this system. */
  static SharedLibraries here() {
    Set<Path> folders = new LinkedHashSet<>();
    String own = System.getenv("LD_LIBRARY_PATH");
    Splitter.on(':')
        .omitEmptyStrings()
        .split(own == null ? "" : own)
        .forEach(folder -> folders.add(Path.of(folder)));
    for (String folder :
        List.of(
            "/usr/local/cuda/lib64",
            "/usr/lib/x86_64-linux-gnu",
            "/lib/x86_64-linux-gnu",
            "/usr/lib64",
            "/usr/lib")) {
      folders.add(Path.of(folder));
    }
    folders.addAll(configured(Path.of("/etc/ld.so.conf.d")));
    return new SharedLibraries(List.copyOf(folders));
  }

  /** The folders that the system's loader was told of, as CUDA's packages do. */
  static List<Path> configured(Path files) {
    var folders = new ArrayList<Path>();
    if (Files.isDirectory(files)) {
      try (Stream<Path> listed = Files.list(files)) {
        for (Path file :
            listed.filter(path -> path.toString().endsWith(".conf")).sorted().toList()) {
          Files.readAllLines(file).stream()
              .map(String::strip)
              .filter(line -> line.startsWith("/"))
              .forEach(line -> folders.add(Path.of(line)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(files + ": can't be read", e);
      }
    }
    return folders;
  }

  /** Returns where a library lies. */
  Optional<Path> find(String name) {
    return folders.stream().flatMap(folder -> in(folder, name)).findFirst();
  }

  private static Stream<Path> in(Path folder, String name) {
    Path file = folder.resolve(name);
    if (Files.exists(file)) {
      return Stream.of(file);
    }
    // The driver's is versioned by the driver alone where no link was made.
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> longer =
          files.filter(path -> path.getFileName().toString().startsWith(name + ".")).toList();
      return longer.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": can't be listed", e);
    }
  }

  /** Returns the names of those that are not found. */
  List<String> missing() {
    return WANTED.keySet().stream().filter(name -> find(name).isEmpty()).toList();
  }

  /** Returns a finding for each library, for TensorFlow's build that wants them. */
  List<Finding> findings() {
    var findings = new ArrayList<Finding>();
    WANTED.forEach(
        (name, owner) -> {
          Optional<Path> found = find(name);
          findings.add(
              new Finding(
                  name,
                  found.map(Path::toString).orElse("missing"),
                  found.isEmpty() ? "install " + owner : ""));
        });
    return findings;
  }

  /** Returns one finding on all of them, for TensorFlow's build that wants none. */
  Finding summary() {
    int found = WANTED.size() - missing().size();
    return Finding.fine(
        "CUDA",
        "%d of %d libraries found; only TensorFlow's build for GPUs wants them (-Pgpu)"
            .formatted(found, WANTED.size()));
  }
}
