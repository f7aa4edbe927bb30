package org.crossfade.training.run;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small JSON files, written aside and moved into place. */
public final class Json {
  /** Strict: a part that is null or missing would be taken for 0, or fail far from its file. */
  private static final ObjectMapper LINES =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .build();

  private static final ObjectMapper PRETTY =
      LINES.copy().enable(SerializationFeature.INDENT_OUTPUT);

  private Json() {}

  /** Returns {@code value} as one line. */
  public static String line(Object value) {
    try {
      return LINES.writeValueAsString(value);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes {@code value}; the file is whole at any time. */
  public static void write(Path file, Object value) throws IOException {
    WholeFile.write(file, PRETTY.writeValueAsBytes(value));
  }

  /**
   * Returns what {@link #write} wrote.
   *
   * @throws IOException if the file is missing, torn, or of another kind; the message names it, and
   *     the line where that is known
   */
  public static <T> T read(Path file, Class<T> type) throws IOException {
    T value;
    try {
      value = LINES.readValue(Files.readAllBytes(file), type);
    } catch (JsonProcessingException e) {
      throw unreadable(file, e);
    }
    if (value == null || value instanceof NullNode) {
      throw new IOException(file + ": holds null, and nothing else");
    }
    return value;
  }

  /**
   * Returns what one line of a file holds.
   *
   * @param number of the line, from 1
   * @throws IOException if that is no JSON; the message names file and line
   */
  public static JsonNode readLine(Path file, int number, String line) throws IOException {
    try {
      return LINES.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": " + number + ": no line of JSON: " + firstLine(e), e);
    }
  }

  private static IOException unreadable(Path file, JsonProcessingException e) {
    JsonLocation place = e.getLocation();
    return new IOException(
        file
            + (place == null || place.getLineNr() < 1 ? "" : ": " + place.getLineNr())
            + ": is torn or of another kind: "
            + firstLine(e),
        e);
  }

  private static String firstLine(JsonProcessingException e) {
    return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
  }

  /** Returns {@code value} as a part of something larger that is written. */
  static JsonNode tree(Object value) {
    return LINES.valueToTree(value);
  }

  /** Returns what {@link #tree} was made of. */
  static <T> T value(JsonNode tree, Class<T> type) throws IOException {
    return LINES.treeToValue(tree, type);
  }
}
