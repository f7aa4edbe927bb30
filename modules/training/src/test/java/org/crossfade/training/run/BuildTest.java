package org.crossfade.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build says where it comes from: a jar by its manifest, a folder by the checkout around it. */
class BuildTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path folder;

  @Test
  void commitOfABranchIsRead() throws IOException {
    write(".git/HEAD", "ref: refs/heads/main\n");
    write(".git/refs/heads/main", COMMIT + "\n");
    Path below = Files.createDirectories(folder.resolve("a/b"));

    assertThat(Build.of(below).commit()).isEqualTo(COMMIT);
  }

  @Test
  void commitOfAPackedBranchIsRead() throws IOException {
    write(".git/HEAD", "ref: refs/heads/main\n");
    write(".git/packed-refs", "# pack-refs\n" + COMMIT + " refs/heads/main\n");

    assertThat(Build.of(folder).commit()).isEqualTo(COMMIT);
  }

  @Test
  void commitOfAFurtherWorkingTreeIsRead() throws IOException {
    write("main/.git/worktrees/w/HEAD", "ref: refs/heads/w\n");
    write("main/.git/worktrees/w/commondir", "../..\n");
    write("main/.git/refs/heads/w", COMMIT + "\n");
    write("w/.git", "gitdir: " + folder.resolve("main/.git/worktrees/w") + "\n");

    assertThat(Build.of(folder.resolve("w")).commit()).isEqualTo(COMMIT);
  }

  @Test
  void outsideACheckoutThereIsNone() throws IOException {
    write(".git", "gitdir: nowhere\n");

    assertThat(Build.of(folder).commit()).isEmpty();
  }

  @Test
  void aJarSaysWhatItWasBuiltFromWhateverCheckoutItLiesIn() throws IOException {
    write(".git/HEAD", "fedcba9876543210fedcba9876543210fedcba98");

    assertThat(Build.of(jar("org.crossfade.training", "0.2.0", COMMIT)))
        .isEqualTo(new Build("0.2.0", COMMIT));
  }

  @Test
  void aJarThatWasBuiltWithoutGitHasNoCommit() throws IOException {
    assertThat(Build.of(jar("org.crossfade.training", "0.2.0", "unknown")))
        .isEqualTo(new Build("0.2.0", ""));
  }

  @Test
  void theManifestOfAnApplicationsJarIsNotOurs() throws IOException {
    assertThat(Build.of(jar("com.example.all", "7", COMMIT)))
        .isEqualTo(new Build(Build.SOURCES, ""));
  }

  @Test
  void sourcesHaveTheVersionOfTheProject() throws IOException {
    assertThat(Files.readString(Path.of("../../pom.xml")))
        .contains(
            "<artifactId>crossfade-parent</artifactId>\n  <version>"
                + Build.SOURCES
                + "</version>");
  }

  private Path jar(String module, String version, String commit) throws IOException {
    var manifest = new Manifest();
    Attributes said = manifest.getMainAttributes();
    said.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    said.put(Attributes.Name.IMPLEMENTATION_VERSION, version);
    said.putValue("Automatic-Module-Name", module);
    said.putValue("Source-Commit", commit);
    Path file = folder.resolve("classes.jar");
    new JarOutputStream(Files.newOutputStream(file), manifest).close();
    return file;
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
