package org.crossfade.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache is a help, and no condition. */
class CacheFolderTest {
  @TempDir Path folder;

  @Test
  void aFolderThatCanBeWrittenIsMadeAndUsed() {
    Path wanted = folder.resolve("a/b");

    assertThat(CacheFolder.usable(wanted)).isEqualTo(wanted).isEmptyDirectory();
  }

  @Test
  void aFolderThatCantBeWrittenIsReplacedOnceAndForAll() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Path wanted = file.resolve("cache");

    Path used = CacheFolder.usable(wanted);

    assertThat(used).isNotEqualTo(wanted).isEmptyDirectory();
    Files.writeString(used.resolve("kept.txt"), "kept");
    assertThat(CacheFolder.usable(wanted)).isEqualTo(used);
  }
}
