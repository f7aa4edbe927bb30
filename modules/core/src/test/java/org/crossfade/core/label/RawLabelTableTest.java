package org.crossfade.core.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RawLabelTableTest {
  private static final LabelSpace NINETEEN = LabelSpace.of(19);

  @Test
  void rawIdsBeyondEightBitsDoNotWrap() {
    RawLabelTable table = RawLabelTable.synthia(NINETEEN);
    assertThat(table.trainId(3)).isZero();
    assertThat(table.trainId(256 + 3)).isEqualTo(LabelSpace.IGNORE);
    assertThat(table.knows(256 + 3)).isFalse();
    assertThat(table.trainId(-1)).isEqualTo(LabelSpace.IGNORE);
  }

  @Test
  void laneMarkingsOfSynthiaAreRoadForPixdaOnly() {
    assertThat(RawLabelTable.synthia(NINETEEN).trainId(22)).isEqualTo(LabelSpace.IGNORE);
    assertThat(RawLabelTable.synthiaWithLaneMarkingsAsRoad(NINETEEN).trainId(22)).isZero();
  }

  @Test
  void idsThatADataSetUsesForNoClassAreKnownButIgnored() {
    RawLabelTable gta5 = RawLabelTable.gta5(NINETEEN);
    assertThat(gta5.trainId(34)).isEqualTo(LabelSpace.IGNORE);
    assertThat(gta5.knows(34)).isTrue();
    assertThat(gta5.knows(35)).isFalse();
    assertThat(gta5.knows(255)).isTrue();
  }

  @Test
  void tablesForSmallerSpacesIgnoreTheClassesThatTheyLack() {
    RawLabelTable table = RawLabelTable.cityscapes(LabelSpace.of(16));
    assertThat(table.trainId(22)).as("terrain").isEqualTo(LabelSpace.IGNORE);
    assertThat(table.trainId(23)).as("sky").isEqualTo(9);
  }

  @Test
  void usersTableTakesTrainIdsAndClassNames() {
    RawLabelTable table =
        RawLabelTable.parse(
            "camvid", LabelSpace.of(16), Map.of("0", "Sky", "300", "13", "11", "255"));
    assertThat(table.trainId(0)).isEqualTo(9);
    assertThat(table.trainId(300)).as("car").isEqualTo(12);
    assertThat(table.trainId(11)).isEqualTo(LabelSpace.IGNORE);
    assertThat(table.knows(11)).isTrue();
    assertThat(table.knows(1)).isFalse();
  }

  @Test
  void usersTableIsRefusedWithAllItsMistakes() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                RawLabelTable.parse(
                    "camvid", NINETEEN, Map.of("x", "0", "1", "tree", "2", "19", "3", "road")))
        .withMessageContainingAll("camvid", "'x'", "1 = 'tree'", "2 = '19'", "traffic light");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RawLabelTable.parse("camvid", NINETEEN, Map.of()))
        .withMessageContaining("empty");
  }

  @Test
  void fingerprintsTellTablesApart() {
    assertThat(RawLabelTable.synthia(NINETEEN).fingerprint())
        .isEqualTo(RawLabelTable.synthia(NINETEEN).fingerprint())
        .isNotEqualTo(RawLabelTable.synthiaWithLaneMarkingsAsRoad(NINETEEN).fingerprint())
        .isNotEqualTo(RawLabelTable.synthia(LabelSpace.of(16)).fingerprint());
  }
}
