package org.crossfade.core.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RawLabelTableTest {
  private static final LabelSpace NINETEEN = LabelSpace.of(19);

  private static RawLabelTable skyRoadCurb(LabelSpace space) {
    return RawLabelTable.of("three", space, List.of("sky", "road", "curb"));
  }

  @Test
  void rawIdsBeyondEightBitsDoNotWrap() {
    RawLabelTable table = skyRoadCurb(NINETEEN);
    assertThat(table.trainId(1)).isZero();
    assertThat(table.trainId(256 + 1)).isEqualTo(LabelSpace.IGNORE);
    assertThat(table.knows(256 + 1)).isFalse();
    assertThat(table.trainId(-1)).isEqualTo(LabelSpace.IGNORE);
  }

  @Test
  void idsThatADataSetUsesForNoClassAreKnownButIgnored() {
    RawLabelTable table = skyRoadCurb(NINETEEN);
    assertThat(table.trainId(2)).isEqualTo(LabelSpace.IGNORE);
    assertThat(table.knows(2)).isTrue();
    assertThat(table.knows(3)).isFalse();
    assertThat(table.knows(255)).isTrue();
  }

  @Test
  void tablesForSmallerSpacesIgnoreTheClassesThatTheyLack() {
    RawLabelTable table = RawLabelTable.of("two", LabelSpace.of(16), List.of("terrain", "sky"));
    assertThat(table.trainId(0)).as("terrain").isEqualTo(LabelSpace.IGNORE);
    assertThat(table.trainId(1)).as("sky").isEqualTo(9);
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
  void numbersOfAUsersTableAreIdsOfHisOwnClasses() {
    LabelSpace own = LabelSpace.ofNames("not road", "road");
    RawLabelTable table =
        RawLabelTable.parse("own", own, Map.of("7", "1", "8", "Not road", "9", "255"));
    assertThat(table.trainId(7)).isEqualTo(1);
    assertThat(table.trainId(8)).isZero();
    assertThat(table.trainId(9)).isEqualTo(LabelSpace.IGNORE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RawLabelTable.parse("own", own, Map.of("7", "2", "8", "sky")))
        .withMessageContainingAll("7 = '2'", "8 = 'sky'", "0 to 1, 255 or one of not road, road");
  }

  @Test
  void filesOfTrainIdsHoldThoseOfTheClassesThatTheSpaceIsAPartOf() {
    RawLabelTable thirteen = RawLabelTable.trainIdsInFiles(LabelSpace.of(13));
    assertThat(thirteen.trainId(18)).as("bicycle").isEqualTo(12);
    assertThat(thirteen.trainId(3)).as("wall").isEqualTo(LabelSpace.IGNORE);
    assertThat(thirteen.name()).isEqualTo("train-ids-19");
    RawLabelTable own = RawLabelTable.trainIdsInFiles(LabelSpace.ofNames("a", "b"));
    assertThat(own.trainId(1)).isEqualTo(1);
    assertThat(own.knows(2)).isFalse();
  }

  @Test
  void aTableSaysWhichClassesItNeverShows() {
    assertThat(skyRoadCurb(LabelSpace.ofNames("road", "lane", "sky")).lacking())
        .containsExactly("lane");
    assertThat(RawLabelTable.trainIdsInFiles(LabelSpace.of(16)).lacking()).isEmpty();
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
    assertThat(skyRoadCurb(NINETEEN).fingerprint())
        .isEqualTo(skyRoadCurb(NINETEEN).fingerprint())
        .isNotEqualTo(skyRoadCurb(LabelSpace.of(16)).fingerprint())
        .isNotEqualTo(
            RawLabelTable.of("three", NINETEEN, List.of("sky", "road", "car")).fingerprint());
  }
}
