package org.crossfade.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commit is read from git's own files, wherever they lie. */
class ProvenanceTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path folder;

  @Test
  void commitOfABranchIsRead() throws IOException {
    write(".git/HEAD", "ref: refs/heads/main\n");
    write(".git/refs/heads/main", COMMIT + "\n");
    Path below = Files.createDirectories(folder.resolve("a/b"));

    assertThat(Provenance.commit(below)).isEqualTo(COMMIT);
  }

  @Test
  void commitOfAPackedBranchIsRead() throws IOException {
    write(".git/HEAD", "ref: refs/heads/main\n");
    write(".git/packed-refs", "# pack-refs\n" + COMMIT + " refs/heads/main\n");

    assertThat(Provenance.commit(folder)).isEqualTo(COMMIT);
  }

  @Test
  void commitOfAFurtherWorkingTreeIsRead() throws IOException {
    write("main/.git/worktrees/w/HEAD", "ref: refs/heads/w\n");
    write("main/.git/worktrees/w/commondir", "../..\n");
    write("main/.git/refs/heads/w", COMMIT + "\n");
    write("w/.git", "gitdir: " + folder.resolve("main/.git/worktrees/w") + "\n");

    assertThat(Provenance.commit(folder.resolve("w"))).isEqualTo(COMMIT);
  }

  @Test
  void outsideACheckoutThereIsNone() throws IOException {
    write(".git", "gitdir: nowhere\n");

    assertThat(Provenance.commit(folder)).isEmpty();
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
