package org.crossfade.tables.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The numbers of one table of a paper, in the order of the file. */
public final class PublishedTable {
  private static final List<String> HEADER =
      List.of("task", "setting", "backbone", "method", "column", "value", "note");

  private static final ObjectReader ROWS = reader();

  private final Map<Key, PublishedValue> values;

  private PublishedTable(Map<Key, PublishedValue> values) {
    this.values = values;
  }

  /** What tells the numbers of a table apart. */
  private record Key(String task, String setting, String backbone, String method, String column) {
    static Key of(PublishedValue value) {
      return new Key(
          value.task(), value.setting(), value.backbone(), value.method(), value.column());
    }
  }

  /**
   * Reads a CSV file (RFC 4180, UTF-8) with the header {@code
   * task,setting,backbone,method,column,value,note}.
   *
   * @param file of one table
   * @return its numbers, in their order
   * @throws IllegalArgumentException if the header is another, a line has more or fewer fields, a
   *     value is no number, or a number stands twice; the message names the file and the line, or
   *     the number that stands twice
   * @throws IOException if the file can't be read
   */
  public static PublishedTable read(Path file) throws IOException {
    var values = new LinkedHashMap<Key, PublishedValue>();
    try (var text = Files.newBufferedReader(file);
        MappingIterator<PublishedValue> rows = ROWS.readValues(text)) {
      while (rows.hasNextValue()) {
        PublishedValue value = rows.nextValue();
        if (values.putIfAbsent(Key.of(value), value) != null) {
          throw new IllegalArgumentException(
              file + ": " + Key.of(value) + " stands twice; keep the line that the paper prints");
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          file + ": " + e.getOriginalMessage() + line(e) + "; expected " + expected(), e);
    }
    return new PublishedTable(values);
  }

  /** {@return all numbers, in the order of the file} */
  public List<PublishedValue> values() {
    return List.copyOf(values.values());
  }

  /**
   * {@return the number of one cell; empty if the table does not print it}
   *
   * @param task as in {@link PublishedValue#task}
   * @param setting as in {@link PublishedValue#setting}
   * @param backbone as in {@link PublishedValue#backbone}
   * @param method the row's label
   * @param column a class, a mean or the table's own word
   */
  public Optional<PublishedValue> value(
      String task, String setting, String backbone, String method, String column) {
    return Optional.ofNullable(values.get(new Key(task, setting, backbone, method, column)));
  }

  private static ObjectReader reader() {
    CsvSchema.Builder schema = CsvSchema.builder();
    HEADER.forEach(schema::addColumn);
    return new CsvMapper()
        .enable(CsvParser.Feature.FAIL_ON_MISSING_COLUMNS)
        .readerFor(PublishedValue.class)
        .with(schema.build().withHeader().withStrictHeaders(true));
  }

  private static String expected() {
    return "the header " + String.join(",", HEADER) + " and as many fields in each line";
  }

  private static String line(JsonProcessingException e) {
    return e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
  }
}
