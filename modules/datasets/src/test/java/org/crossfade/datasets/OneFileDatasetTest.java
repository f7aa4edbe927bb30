package org.crossfade.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.InvalidOptionsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Postcards is a data set of the tests' class path alone: one file and one service line. */
class OneFileDatasetTest {
  private static final LabelSpace NINETEEN = LabelSpace.of(19);

  @TempDir Path root;

  @Test
  void aDataSetFromOutsideIsReadFromOptions() {
    TinyTrees.image(root.resolve("sent/1907/rhine_front.png"), 9);
    TinyTrees.greyLabels(root.resolve("sent/1907/rhine_back.png"), 2);
    Dataset cards =
        DataOptions.read("kind = postcards, split = sent, year = 1907")
            .open(NINETEEN, DataRoots.parse(List.of("postcards=" + root), Map.of()));
    assertThat(cards).hasToString("postcards sent, 1 labelled images");
    assertThat(cards.id(0)).isEqualTo("rhine");
    assertThat(cards.read(0).labels().orElseThrow().at(0, 0)).as("building").isEqualTo(2);
  }

  @Test
  void itsOptionsAreReadAsStrictlyAsTheOthers() {
    assertThatExceptionOfType(InvalidOptionsException.class)
        .isThrownBy(() -> DataOptions.read("kind = postcards, split = lost, year = 1907"))
        .withMessageContaining("postcards has no split 'lost'; valid: sent, received");
    assertThatExceptionOfType(InvalidOptionsException.class)
        .isThrownBy(() -> DataOptions.read("kind = stamps, split = all"))
        .withMessageContaining("folder, gta5, java, postcards, streets");
  }
}
