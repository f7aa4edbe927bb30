package org.crossfade.tables.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.label.ClassDefinition;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.evaluation.EvaluationResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreColumnTest {
  private static final EvaluationResult RESULT =
      new EvaluationResult(
          "end",
          1,
          1,
          0.25,
          Map.of(),
          Map.of(
              "well-represented (GTA5)", 0.373,
              "under-represented (GTA5)", 0.071,
              "well-represented (SYNTHIA)", 0.399,
              "under-represented (SYNTHIA)", 0.052,
              "tail", 0.1),
          0.5,
          List.of(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          1,
          Map.of());

  @TempDir Path folder;

  @Test
  void theTasksClassesSayWhichGroupsAreWellAndUnderRepresented() {
    LabelSpace gta5 = LabelSpace.of(19);
    LabelSpace synthia = LabelSpace.named("19-synthia");
    assertThat(ScoreColumn.of("mIoU_well", RESULT, gta5).getAsDouble())
        .isCloseTo(37.3, within(1e-9));
    assertThat(ScoreColumn.of("mIoU_under", RESULT, gta5).getAsDouble())
        .isCloseTo(7.1, within(1e-9));
    assertThat(ScoreColumn.of("mIoU_well", RESULT, synthia).getAsDouble())
        .isCloseTo(39.9, within(1e-9));
    assertThat(ScoreColumn.of("mIoU_under", RESULT, synthia).getAsDouble())
        .isCloseTo(5.2, within(1e-9));
    assertThat(ScoreColumn.of("mIoU_tail", RESULT, synthia)).hasValue(10);
    assertThat(ScoreColumn.of("mIoU_tail", RESULT, LabelSpace.of(16))).isEmpty();
  }

  @Test
  void theMeanOverAllClassesIsThatOfTheGroupWhichHasThemAll() {
    assertThat(ScoreColumn.of("mIoU", RESULT, LabelSpace.of(13))).hasValue(25);
    assertThat(ScoreColumn.of("mIoU16", RESULT, LabelSpace.of(16))).hasValue(25);
    assertThat(ScoreColumn.of("mIoU16", RESULT, LabelSpace.of(19))).isEmpty();
  }

  @Test
  void columnsOfOnesOwnClassesAreTheirGroups() {
    LabelSpace own =
        LabelSpace.of(
            new ClassDefinition(
                LabelSpace.ofNames("a", "b", "c").definition().classes(),
                Optional.of(List.of(new ClassDefinition.Group("tail", List.of("a", "c")))),
                Optional.of(Map.of("rare", "tail")),
                Optional.empty()));
    assertThat(ScoreColumn.of("rare", RESULT, own)).hasValue(10);
    assertThat(ScoreColumn.of("tail", RESULT, own)).hasValue(10);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScoreColumn.requireKnown("mIoU_wel", own))
        .withMessageContainingAll("'mIoU_wel'", "mIoU, rare, tail");
  }

  @Test
  void aRowWithAnUnknownColumnIsRefusedBeforeItIsTrained() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("row.conf"),
            "row { order = 1, title = T, method = tiny, published { task = T, setting = \"\","
                + " backbone = \"\", method = M, columns = [mIoU, mIoU17] } }");
    TableRow row = TableRow.read(file);
    assertThatExceptionOfType(InvalidOptionsException.class)
        .isThrownBy(() -> row.columns(LabelSpace.of(19)))
        .withMessageContainingAll(file.toString(), "row.published.columns", "mIoU17", "mIoU_well");
  }
}
