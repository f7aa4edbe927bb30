package org.crossfade.core.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSpaceTest {
  @ParameterizedTest
  @ValueSource(ints = {19, 16, 13})
  void idsAndTrainIds19AreInverse(int classes) {
    LabelSpace space = LabelSpace.of(classes);
    assertThat(space.classNames()).hasSize(classes);
    for (int id = 0; id < classes; id++) {
      assertThat(space.idOfTrainId19(space.trainId19(id))).isEqualTo(id);
      assertThat(space.idOf(space.className(id))).hasValue(id);
    }
  }

  @Test
  void sixteenClassesLackTerrainTruckAndTrain() {
    var missing = new HashSet<>(LabelSpace.of(19).classNames());
    missing.removeAll(LabelSpace.of(16).classNames());
    assertThat(missing).containsExactlyInAnyOrder("terrain", "truck", "train");
    assertThat(LabelSpace.of(16).idOfTrainId19(9)).isEqualTo(LabelSpace.IGNORE);
  }

  @Test
  void thirteenClassesAreCrossCitysInItsOrder() {
    assertThat(LabelSpace.of(13).trainIds19())
        .containsExactly(0, 1, 2, 6, 7, 8, 10, 11, 12, 13, 15, 17, 18);
  }

  @Test
  void coloursFollowTheClassIntoSmallerSpaces() {
    LabelSpace thirteen = LabelSpace.of(13);
    assertThat(thirteen.rgb(6)).as("sky").isEqualTo(0x4682B4);
    assertThat(thirteen.rgb(LabelSpace.IGNORE)).isZero();
    assertThat(LabelSpace.of(19).rgb(18)).as("bicycle").isEqualTo((119 << 16) | (11 << 8) | 32);
  }

  @Test
  void otherNumbersOfClassesAreRefusedWithTheValidOnes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelSpace.of(20))
        .withMessageContainingAll("20", "19", "16", "13");
  }

  @Test
  void groupsApplyOnlyWhereAllTheirClassesExist() {
    assertThat(ClassGroup.of(LabelSpace.of(19))).containsExactly(ClassGroup.values());
    assertThat(ClassGroup.of(LabelSpace.of(13)))
        .contains(ClassGroup.MIOU_13)
        .doesNotContain(ClassGroup.MIOU_16, ClassGroup.TAIL);
    assertThat(ClassGroup.MIOU_13.idsIn(LabelSpace.of(16)))
        .as("all but wall, fence and pole")
        .isEqualTo(List.of(0, 1, 2, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClassGroup.TAIL.idsIn(LabelSpace.of(16)))
        .withMessageContaining("tail");
  }

  @Test
  void wellAndUnderRepresentedClassesPartitionTheSpaces() {
    assertThat(union(ClassGroup.WELL_REPRESENTED_GTA5, ClassGroup.UNDER_REPRESENTED_GTA5))
        .containsExactlyElementsOf(LabelSpace.of(19).trainIds19());
    assertThat(union(ClassGroup.WELL_REPRESENTED_SYNTHIA, ClassGroup.UNDER_REPRESENTED_SYNTHIA))
        .containsExactlyElementsOf(LabelSpace.of(16).trainIds19());
  }

  private static List<Integer> union(ClassGroup one, ClassGroup other) {
    return Stream.of(one, other).flatMap(group -> group.trainIds19().stream()).sorted().toList();
  }
}
