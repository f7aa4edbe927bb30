package org.crossfade.datasets.streets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.DataRoots;
import org.junit.jupiter.api.Test;

class WrongLabelsTest {
  private static final LabelSpace SPACE = LabelSpace.of(19);
  private static final int COUNT = 400;

  @Test
  void theShareOfImagesIsLabelledWrongly() {
    var wrong = new WrongLabels(scenes(Optional.empty()), 0.3);

    long found = IntStream.range(0, COUNT).filter(wrong::wrongAt).count();

    // Three standard deviations of 400 draws are 27.
    assertThat(found).isBetween(120L - 27, 120L + 27);
  }

  @Test
  void aLargerShareContainsASmallerOne() {
    var some = new WrongLabels(scenes(Optional.empty()), 0.2);
    var more = new WrongLabels(scenes(Optional.empty()), 0.5);

    assertThat(IntStream.range(0, COUNT).filter(some::wrongAt)).allMatch(more::wrongAt);
  }

  @Test
  void roadAndSidewalkChangePlacesAndPicturesStay() {
    Dataset right = scenes(Optional.empty());
    Dataset wrong = scenes(Optional.of(1.0));
    int road = SPACE.idOf("road").orElseThrow();
    int sidewalk = SPACE.idOf("sidewalk").orElseThrow();
    int sky = SPACE.idOf("sky").orElseThrow();
    LabelMap before = right.readLabels(0);
    LabelMap after = wrong.read(0).labels().orElseThrow();

    assertThat(after).isEqualTo(wrong.readLabels(0));
    assertThat(wrong.readImage(0)).isEqualTo(right.readImage(0));
    assertThat(count(before, road)).isPositive().isEqualTo(count(after, sidewalk));
    assertThat(count(before, sidewalk)).isPositive().isEqualTo(count(after, road));
    assertThat(count(before, sky)).isEqualTo(count(after, sky));
  }

  @Test
  void wrongLabelsAreOtherData() {
    assertThat(scenes(Optional.of(0.3)).fingerprint())
        .isNotEqualTo(scenes(Optional.empty()).fingerprint())
        .isNotEqualTo(scenes(Optional.of(0.4)).fingerprint());
  }

  @Test
  void aShareOutOfRangeAndWrongValidationLabelsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(Split.TRAIN, Optional.of(1.5)))
        .withMessageContaining("found 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(Split.VAL, Optional.of(0.3)))
        .withMessageContaining("split train");
  }

  private static Dataset scenes(Optional<Double> wrong) {
    return options(Split.TRAIN, wrong).open(SPACE, DataRoots.parse(List.of(), Map.of()));
  }

  private static StreetsOptions options(Split split, Optional<Double> wrong) {
    return new StreetsOptions(split, Style.SOURCE, COUNT, 64, 32, wrong);
  }

  private static long count(LabelMap labels, int id) {
    long count = 0;
    for (byte label : labels.trainIds()) {
      count += (label & 0xFF) == id ? 1 : 0;
    }
    return count;
  }
}
