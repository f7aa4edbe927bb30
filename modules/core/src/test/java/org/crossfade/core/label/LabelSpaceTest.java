package org.crossfade.core.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSpaceTest {
  @ParameterizedTest
  @ValueSource(ints = {19, 16, 13})
  void idsAndNamesAreInverse(int classes) {
    LabelSpace space = LabelSpace.of(classes);
    assertThat(space.classNames()).hasSize(classes);
    for (int id = 0; id < classes; id++) {
      assertThat(space.idOf(space.className(id))).hasValue(id);
    }
    assertThat(space.spelled()).isEqualTo(Integer.toString(classes));
    assertThat(space.classNamesInFiles()).isEqualTo(LabelSpace.of(19).classNames());
  }

  @Test
  void nineteenAreCityscapesTrainIds() {
    assertThat(LabelSpace.of(19).classNames())
        .containsExactly(
            "road",
            "sidewalk",
            "building",
            "wall",
            "fence",
            "pole",
            "traffic light",
            "traffic sign",
            "vegetation",
            "terrain",
            "sky",
            "person",
            "rider",
            "car",
            "truck",
            "bus",
            "train",
            "motorcycle",
            "bicycle");
    assertThat(LabelSpace.of(19).things())
        .as("of DAFormer's feature distance")
        .containsExactly(6, 7, 11, 12, 13, 14, 15, 16, 17, 18);
  }

  @Test
  void sixteenClassesLackTerrainTruckAndTrain() {
    var missing = new HashSet<>(LabelSpace.of(19).classNames());
    missing.removeAll(LabelSpace.of(16).classNames());
    assertThat(missing).containsExactlyInAnyOrder("terrain", "truck", "train");
    assertThat(LabelSpace.of(16).idOf("terrain")).isEmpty();
  }

  @Test
  void thirteenClassesAreCrossCitysInItsOrder() {
    assertThat(LabelSpace.of(13).classNames())
        .isEqualTo(
            IntStream.of(0, 1, 2, 6, 7, 8, 10, 11, 12, 13, 15, 17, 18)
                .mapToObj(LabelSpace.of(19)::className)
                .toList());
  }

  @Test
  void coloursFollowTheClassIntoSmallerSpaces() {
    LabelSpace thirteen = LabelSpace.of(13);
    assertThat(thirteen.rgb(6)).as("sky").isEqualTo(0x4682B4);
    assertThat(thirteen.rgb(LabelSpace.IGNORE)).isZero();
    assertThat(LabelSpace.of(19).rgb(18)).as("bicycle").isEqualTo((119 << 16) | (11 << 8) | 32);
  }

  @Test
  void otherNumbersOfClassesAreRefusedWithThePublishedOnes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelSpace.of(20))
        .withMessageContainingAll("20", "19", "16", "13");
  }

  @Test
  void groupsOfThePublishedSpaces() {
    assertThat(titles(LabelSpace.of(19)))
        .containsExactly(
            "mIoU16",
            "mIoU13",
            "tail",
            "well-represented (GTA5)",
            "under-represented (GTA5)",
            "well-represented (SYNTHIA)",
            "under-represented (SYNTHIA)");
    assertThat(titles(LabelSpace.of(16)))
        .containsExactly(
            "mIoU16", "mIoU13", "well-represented (SYNTHIA)", "under-represented (SYNTHIA)");
    assertThat(titles(LabelSpace.of(13))).containsExactly("mIoU13", "under-represented (SYNTHIA)");
    assertThat(ids(16, "mIoU13"))
        .as("all but wall, fence and pole")
        .isEqualTo(List.of(0, 1, 2, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    assertThat(ids(19, "tail")).containsExactly(3, 4, 6, 7, 9, 12, 14, 15, 16, 17, 18);
    assertThat(ids(19, "mIoU16"))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 15, 17, 18);
  }

  @Test
  void wellAndUnderRepresentedClassesPartitionTheSpaces() {
    assertThat(union("well-represented (GTA5)", "under-represented (GTA5)"))
        .isEqualTo(IntStream.range(0, 19).boxed().toList());
    assertThat(union("well-represented (SYNTHIA)", "under-represented (SYNTHIA)"))
        .isEqualTo(ids(19, "mIoU16"));
  }

  @Test
  void theDefinitionSaysWhichGroupIsAColumnOfTables() {
    assertThat(LabelSpace.of(19).column("mIoU_well").orElseThrow().title())
        .isEqualTo("well-represented (GTA5)");
    LabelSpace synthia = LabelSpace.named("19-synthia");
    assertThat(synthia.column("mIoU_well").orElseThrow().title())
        .isEqualTo("well-represented (SYNTHIA)");
    assertThat(synthia.column("mIoU_tail")).isEqualTo(LabelSpace.of(19).column("mIoU_tail"));
    assertThat(synthia.spelled()).as("the same network and labels").isEqualTo("19");
    assertThat(LabelSpace.of(13).column("mIoU_tail")).isEmpty();
  }

  @Test
  void aDefinitionOfOnesOwn() {
    var entries =
        List.of(
            entry(2, "Sky", "#0000ff", false),
            entry(0, "road", null, false),
            new ClassDefinition.Entry(
                Optional.of(1),
                "vehicle",
                Optional.of("1, 2, 3"),
                Optional.of(true),
                Optional.of(List.of("car", "truck"))));
    LabelSpace space =
        LabelSpace.of(
            new ClassDefinition(
                entries,
                Optional.of(List.of(new ClassDefinition.Group("ground", List.of("ROAD", "truck")))),
                Optional.of(Map.of("mIoU_ground", "ground")),
                Optional.empty()));

    assertThat(space.classNames()).containsExactly("road", "vehicle", "Sky");
    assertThat(space.idOf("sky")).hasValue(2);
    assertThat(space.idOf("Truck")).hasValue(1);
    assertThat(space.rgb(1)).isEqualTo(0x010203);
    assertThat(space.things()).containsExactly(1);
    assertThat(space.column("mIoU_ground").orElseThrow().ids()).containsExactly(0, 1);
    assertThat(space.classNamesInFiles()).isEqualTo(space.classNames());
    assertThat(space.spelled()).contains("vehicle (thing) [car, truck]");
  }

  @Test
  void coloursThatNobodyChoseDiffer() {
    String[] names =
        IntStream.range(0, 255).mapToObj(id -> "class " + id + "x").toArray(String[]::new);
    LabelSpace space = LabelSpace.ofNames(names);
    assertThat(IntStream.range(0, 255).map(space::rgb).distinct().count()).isEqualTo(255);
    assertThat(IntStream.range(0, 255).map(space::rgb)).doesNotContain(0);
  }

  @Test
  void definitionsThatMakeNoSenseAreRefused() {
    refused("both have the name 'Road'", entry(null, "road", null), entry(null, "Road", null));
    refused("no class has id 1, but 'sky' has 2", entry(0, "road", null), entry(2, "sky", null));
    refused("'road' and 'sky' both have id 1", entry(1, "road", null), entry(1, "sky", null));
    refused("without one is 'sky'", entry(0, "road", null), entry(null, "sky", null));
    refused(
        "both have the colour #FFFFFF", entry(null, "a", "#ffffff"), entry(null, "b", "#FFFFFF"));
    refused("found 1", entry(null, "road", null));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                LabelSpace.ofNames(
                    IntStream.range(0, 256).mapToObj(id -> "c" + id).toArray(String[]::new)))
        .withMessageContainingAll("2 to 255 classes", "found 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> entry(255, "void", null))
        .withMessageContainingAll("void", "ignored pixels", "leave it out");
    for (String colour : List.of("#80408", "red", "1 2", "1 2 256", "#80408g")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> entry(null, "road", colour))
          .withMessageContainingAll("#804080", "'" + colour + "'");
    }
    for (String name : List.of("", " road", "7", "a\nb")) {
      assertThatIllegalArgumentException().isThrownBy(() -> entry(null, name, null));
    }
  }

  @Test
  void groupsAndColumnsOfWhatIsNotThereAreRefusedTogether() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ClassDefinition(
                    LabelSpace.ofNames("a", "b").definition().classes(),
                    Optional.of(List.of(new ClassDefinition.Group("g", List.of("c")))),
                    Optional.of(Map.of("mIoU_x", "h")),
                    Optional.of("20")))
        .withMessageContainingAll("'g' has 'c'", "'mIoU_x' is the mean of 'h'", "'20'");
  }

  private static void refused(String message, ClassDefinition.Entry... entries) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ClassDefinition(
                    List.of(entries), Optional.empty(), Optional.empty(), Optional.empty()))
        .withMessageContaining(message);
  }

  private static ClassDefinition.Entry entry(Integer id, String name, String colour) {
    return entry(id, name, colour, false);
  }

  private static ClassDefinition.Entry entry(
      Integer id, String name, String colour, boolean thing) {
    return new ClassDefinition.Entry(
        Optional.ofNullable(id),
        name,
        Optional.ofNullable(colour),
        Optional.of(thing),
        Optional.empty());
  }

  private static List<String> titles(LabelSpace space) {
    return space.groups().stream().map(ClassGroup::title).toList();
  }

  private static List<Integer> ids(int classes, String group) {
    return LabelSpace.of(classes).group(group).orElseThrow().ids();
  }

  private static List<Integer> union(String one, String other) {
    return Stream.of(one, other).flatMap(group -> ids(19, group).stream()).sorted().toList();
  }
}
