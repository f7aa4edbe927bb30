package org.crossfade.training.run;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Which Crossfade runs, wherever it is run from.
 *
 * @param version such as {@code 0.1.0}
 * @param commit that it was built from; empty where that is not known
 */
record Build(String version, String commit) {
  /** The version of these sources, for classes that lie in no jar. */
  static final String SOURCES = "0.1.0-SNAPSHOT";

  private static final String MODULE = "org.crossfade.training";

  /** What the build writes where it has no git. */
  private static final String UNKNOWN = "unknown";

  /** Returns the build of the classes that run now. */
  static Build here() {
    CodeSource source = Build.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? new Build(SOURCES, "") : of(Path.of(source.getLocation().toURI()));
    } catch (IOException | URISyntaxException | RuntimeException e) {
      // A class loader of an application's own may say anything; a run doesn't fail for it.
      return new Build(SOURCES, "");
    }
  }

  /**
   * Returns the build of the classes in a jar or folder: what a jar's manifest says, or the commit
   * of the checkout that a folder lies in.
   */
  static Build of(Path classes) throws IOException {
    if (Files.isDirectory(classes)) {
      return new Build(SOURCES, checkedOut(classes));
    }
    try (var jar = new JarFile(classes.toFile())) {
      Manifest manifest = jar.getManifest();
      Attributes said = manifest == null ? new Attributes() : manifest.getMainAttributes();
      if (!MODULE.equals(said.getValue("Automatic-Module-Name"))) {
        // An application's own jar, with these classes in it.
        return new Build(SOURCES, "");
      }
      String version = said.getValue(Attributes.Name.IMPLEMENTATION_VERSION);
      String commit = said.getValue("Source-Commit");
      return new Build(
          version == null ? SOURCES : version,
          commit == null || commit.equals(UNKNOWN) ? "" : commit);
    }
  }

  /** Returns the commit of the checkout around a folder, read from git's own files. */
  private static String checkedOut(Path folder) {
    for (Path at = folder; at != null; at = at.getParent()) {
      Path git = at.resolve(".git");
      if (Files.exists(git)) {
        try {
          return head(git);
        } catch (IOException e) {
          return "";
        }
      }
    }
    return "";
  }

  private static String head(Path found) throws IOException {
    Path git = found;
    if (Files.isRegularFile(git)) {
      // A further working tree of a checkout: the file says where its own part lies.
      git = git.resolveSibling(Files.readString(git).strip().replaceFirst("^gitdir: ", ""));
    }
    String head = Files.readString(git.resolve("HEAD"), StandardCharsets.UTF_8).strip();
    if (!head.startsWith("ref: ")) {
      return head;
    }
    String name = head.substring("ref: ".length());
    Path commondir = git.resolve("commondir");
    Path shared = Files.exists(commondir) ? git.resolve(Files.readString(commondir).strip()) : git;
    Path ref = shared.resolve(name);
    if (Files.exists(ref)) {
      return Files.readString(ref, StandardCharsets.UTF_8).strip();
    }
    Path packed = shared.resolve("packed-refs");
    if (!Files.exists(packed)) {
      return "";
    }
    return Files.readAllLines(packed, StandardCharsets.UTF_8).stream()
        .filter(line -> line.endsWith(" " + name))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst()
        .orElse("");
  }
}
