package org.crossfade.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchTest {
  @Test
  void samplesLieOneAfterTheOtherAndMissingLabelsAreIgnored() {
    Sample labelled =
        new Sample(
            "a",
            new Image(1, 2, new byte[] {1, 2, 3, 4, 5, 6}),
            Optional.of(new LabelMap(1, 2, new byte[] {7, 8})));
    Sample unlabelled =
        new Sample("b", new Image(1, 2, new byte[] {9, 10, 11, 12, 13, 14}), Optional.empty());
    Batch batch = Batch.of(List.of(labelled, unlabelled));
    assertThat(batch.ids()).containsExactly("a", "b");
    assertThat(batch.images()).containsExactly(1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14);
    assertThat(batch.labels()).containsExactly(7, 8, 255, 255);
    assertThat(batch.height()).isEqualTo(1);
    assertThat(batch.width()).isEqualTo(2);
  }

  @Test
  void sampleOfAnotherSizeIsRefusedByName() {
    Sample small = new Sample("small", new Image(1, 1, new byte[3]), Optional.empty());
    Sample large = new Sample("large", new Image(1, 2, new byte[6]), Optional.empty());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batch.of(List.of(small, large)))
        .withMessageContainingAll("'large'", "2x1", "1x1");
  }

  @Test
  void arraysMustFitTheirSize() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Image(2, 2, new byte[4]));
    assertThatIllegalArgumentException().isThrownBy(() -> new LabelMap(2, 2, new byte[12]));
  }
}
