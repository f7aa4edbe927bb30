package org.crossfade.tables.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedTableTest {
  private static final String HEADER = "task,setting,backbone,method,column,value,note\n";

  @TempDir private Path folder;

  @Test
  void findsACellAndKeepsItsPrintedDigits() throws IOException {
    PublishedTable table =
        read(HEADER + "A to B,1-shot,VGG-16,M,road,90.10,\nA to B,1-shot,VGG-16,M,car,0.0,\n");

    assertThat(table.value("A to B", "1-shot", "VGG-16", "M", "road"))
        .hasValueSatisfying(cell -> assertThat(cell.value()).hasToString("90.10"));
    assertThat(table.value("A to B", "1-shot", "VGG-16", "M", "sky")).isEmpty();
    assertThat(table.values()).extracting(PublishedValue::column).containsExactly("road", "car");
  }

  @Test
  void readsQuotedFields() throws IOException {
    PublishedTable table = read(HEADER + "A to B,,,M,road,1,\"suspect: \"\"1\"\", or 2\"\n");

    assertThat(table.values())
        .containsExactly(
            new PublishedValue(
                "A to B", "", "", "M", "road", BigDecimal.ONE, "suspect: \"1\", or 2"));
  }

  @Test
  void refusesAnotherHeader() {
    assertThatThrownBy(() -> read("task,method,value\nA to B,M,1\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("table1.csv")
        .hasMessageContaining("expected the header " + HEADER.strip());
  }

  @Test
  void refusesALineOfFewerOrMoreFields() {
    assertThatThrownBy(() -> read(HEADER + "A to B,,,M,road,1,\nA to B,,,M,1\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 3");
    assertThatThrownBy(() -> read(HEADER + "A to B,,,M,road,1,a note, with a comma\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertThatThrownBy(() -> read(HEADER + "A to B,,,M,road,12.x,\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("table1.csv")
        .hasMessageContaining("12.x")
        .hasMessageContaining("line 2");
    assertThatThrownBy(() -> read(HEADER + "A to B,,,M,road,,\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'value' is empty");
  }

  @Test
  void refusesACellThatStandsTwice() {
    assertThatThrownBy(() -> read(HEADER + "A to B,,,M,road,1,\nA to B,,,M,road,2,\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("table1.csv")
        .hasMessageContaining("road")
        .hasMessageContaining("twice");
  }

  private PublishedTable read(String text) throws IOException {
    return PublishedTable.read(Files.writeString(folder.resolve("table1.csv"), text));
  }
}
