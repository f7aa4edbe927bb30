package org.crossfade.training.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import com.google.common.base.Splitter;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.core.options.InvalidOptionsException;

/**
 * A definition of classes as a table, CSV (RFC 4180) in UTF-8 with a header: {@code name}, and
 * where they are wanted {@code id}, {@code colour}, {@code thing} ({@code true} or {@code false}),
 * {@code groups} and {@code also}, both several titles or names between semicolons. One class a
 * line, by id; an empty cell says nothing.
 */
final class ClassTable {
  static final String EXTENSION = ".csv";

  private static final long MOST_BYTES = 1 << 20;
  private static final String EXPECTED = "expected a header 'name,...' and one class a line";
  private static final String GROUPS = "groups";
  private static final String ALSO = "also";
  private static final String NAME = "name";
  private static final List<String> COLUMNS = List.of("id", NAME, "colour", "thing", GROUPS, ALSO);
  private static final Splitter SEVERAL = Splitter.on(';').trimResults().omitEmptyStrings();

  private ClassTable() {}

  /**
   * Reads a file.
   *
   * @return the options of the definition, each of which knows its line
   * @throws InvalidOptionsException if the file is missing or no such table
   */
  static ConfigObject read(Path file) {
    try {
      return parse(file, text(file));
    } catch (CharacterCodingException e) {
      throw refused(file + ": expected text in UTF-8; save the table in that coding");
    } catch (JsonProcessingException e) {
      throw refused(
          file
              + (e.getLocation() == null || e.getLocation().getLineNr() < 1
                  ? ""
                  : ": " + e.getLocation().getLineNr())
              + ": no table of CSV: "
              + e.getOriginalMessage());
    } catch (IOException e) {
      throw refused(file + ": can't be read: " + e.getMessage());
    }
  }

  private static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw refused(file + ": there is no such file, which task.classes names");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw refused(file + ": " + (Files.size(file) >> 20) + " MB are no table of classes");
    }
    String text = Files.readString(file);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static ConfigObject parse(Path file, String text) throws IOException {
    if (text.isBlank()) {
      throw refused(file + ": holds no class; " + EXPECTED);
    }
    var classes = new ArrayList<ConfigValue>();
    var groups = new LinkedHashMap<String, List<String>>();
    try (MappingIterator<Map<String, String>> rows =
        new CsvMapper()
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .enable(CsvParser.Feature.TRIM_SPACES)
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .readValues(text)) {
      while (rows.hasNextValue()) {
        int line = rows.getCurrentLocation().getLineNr();
        Map<String, String> row = rows.nextValue();
        String where = file + ": " + line + ": ";
        for (String column : row.keySet()) {
          if (!COLUMNS.contains(column)) {
            throw refused(
                where + "unknown column '" + column + "'; known are " + String.join(", ", COLUMNS));
          }
        }
        String name = row.getOrDefault(NAME, "");
        if (name.isEmpty()) {
          throw refused(where + "a class without a name; the first line must be a header, 'name'");
        }
        SEVERAL
            .split(row.getOrDefault(GROUPS, ""))
            .forEach(title -> groups.computeIfAbsent(title, t -> new ArrayList<>()).add(name));
        classes.add(ConfigValueFactory.fromMap(entry(row), file + ": " + line));
      }
    }
    if (classes.isEmpty()) {
      throw refused(file + ": holds no class; " + EXPECTED);
    }
    var definition = new LinkedHashMap<String, Object>();
    definition.put("classes", classes);
    definition.put(
        GROUPS,
        groups.entrySet().stream()
            .map(group -> Map.of("title", group.getKey(), "classes", group.getValue()))
            .toList());
    return ConfigValueFactory.fromMap(definition, file.toString());
  }

  private static Map<String, Object> entry(Map<String, String> row) {
    var entry = new LinkedHashMap<String, Object>();
    row.forEach(
        (column, cell) -> {
          if (cell != null && !cell.isEmpty() && !column.equals(GROUPS)) {
            entry.put(column, value(column, cell));
          }
        });
    return entry;
  }

  private static Object value(String column, String cell) {
    if (column.equals(ALSO)) {
      return SEVERAL.splitToList(cell);
    }
    return cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false")
        ? Boolean.valueOf(cell)
        : cell;
  }

  private static InvalidOptionsException refused(String problem) {
    return new InvalidOptionsException(List.of(problem));
  }
}
