package org.crossfade.core.label;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The map from the raw ids in the label files of one data set to the ids of a {@link LabelSpace}.
 *
 * <p>Every raw id that is not listed becomes {@link LabelSpace#IGNORE}, as in the official codes;
 * {@link #knows} tells apart the ids that a data set does use (if only for pixels to ignore) from
 * those that betray a file of another coding. Raw ids are 32 bits wide here, so that 16-bit label
 * files do not wrap: 259 is not 3.
 */
public final class RawLabelTable {
  private static final int MOST = 65535;

  private final String name;
  private final LabelSpace space;
  private final int[] trainIds;
  private final BitSet known;

  private RawLabelTable(String name, LabelSpace space, Map<Integer, Integer> trainIdOfRaw) {
    this.name = name;
    this.space = space;
    this.known = new BitSet();
    known.set(LabelSpace.IGNORE);
    trainIdOfRaw.keySet().forEach(known::set);
    this.trainIds = new int[known.length()];
    Arrays.fill(trainIds, LabelSpace.IGNORE);
    trainIdOfRaw.forEach((raw, trainId) -> trainIds[raw] = trainId);
  }

  /**
   * The table of a data set that numbers its classes from 0.
   *
   * @param name of the coding
   * @param classOfRaw what each raw id stands for, from raw id 0: files may hold these ids and 255;
   *     classes that {@code space} lacks are ignored
   */
  public static RawLabelTable of(String name, LabelSpace space, List<String> classOfRaw) {
    Map<Integer, Integer> table = new TreeMap<>();
    for (int raw = 0; raw < classOfRaw.size(); raw++) {
      table.put(raw, space.idOf(classOfRaw.get(raw)).orElse(LabelSpace.IGNORE));
    }
    return new RawLabelTable(name, space, table);
  }

  /** Label files that already hold the ids of {@code space}. */
  public static RawLabelTable trainIds(LabelSpace space) {
    return of("train-ids", space, space.classNames());
  }

  /**
   * Label files that hold train ids: those of {@code space}, or, where its definition says so, of
   * the published classes that it is a part of; classes that {@code space} lacks are ignored.
   */
  public static RawLabelTable trainIdsInFiles(LabelSpace space) {
    String name = space.definition().numberedAs().map(as -> "train-ids-" + as).orElse("train-ids");
    return of(name, space, space.classNamesInFiles());
  }

  /**
   * A user's table. Keys are raw ids as decimal numbers, 0 to 65535. Values are class names such as
   * {@code "traffic light"}, 255 for pixels to ignore, or train ids as decimal numbers, as they
   * stand in {@linkplain #trainIdsInFiles label files of train ids}; classes that {@code space}
   * lacks are ignored. Raw ids that are not listed are unknown.
   *
   * @throws IllegalArgumentException naming every entry that makes no sense
   */
  public static RawLabelTable parse(String name, LabelSpace space, Map<String, String> entries) {
    List<String> inFiles = space.classNamesInFiles();
    Map<Integer, Integer> table = new TreeMap<>();
    StringBuilder wrong = new StringBuilder();
    new TreeMap<>(entries)
        .forEach(
            (key, value) -> {
              OptionalInt raw = number(key, MOST);
              OptionalInt id = trainId(value, space, inFiles);
              if (raw.isEmpty()) {
                wrong.append("\n  key '" + key + "': expected a raw id, 0 to 65535");
              } else if (id.isEmpty()) {
                wrong.append("\n  " + key + " = '" + value + "': expected 0 to ");
                wrong.append((inFiles.size() - 1) + ", 255 or one of ");
                wrong.append(String.join(", ", inFiles));
              } else {
                table.put(raw.getAsInt(), id.getAsInt());
              }
            });
    if (wrong.length() > 0) {
      throw new IllegalArgumentException("label table of " + name + ":" + wrong);
    }
    if (table.isEmpty()) {
      throw new IllegalArgumentException(
          "label table of " + name + " is empty: expected raw id = train id or class name");
    }
    return new RawLabelTable(name, space, table);
  }

  /** The id of {@code space}, 255 for a class that it lacks; empty if the value means nothing. */
  private static OptionalInt trainId(String value, LabelSpace space, List<String> inFiles) {
    OptionalInt number = number(value, LabelSpace.IGNORE);
    if (number.isPresent() && number.getAsInt() == LabelSpace.IGNORE) {
      return number;
    }
    if (number.isPresent()) {
      return number.getAsInt() < inFiles.size()
          ? OptionalInt.of(space.idOf(inFiles.get(number.getAsInt())).orElse(LabelSpace.IGNORE))
          : OptionalInt.empty();
    }
    OptionalInt id = space.idOf(value);
    boolean lacked = inFiles.stream().anyMatch(name -> name.equalsIgnoreCase(value.strip()));
    return id.isEmpty() && lacked ? OptionalInt.of(LabelSpace.IGNORE) : id;
  }

  private static OptionalInt number(String text, int max) {
    try {
      int value = Integer.parseInt(text.trim());
      return value < 0 || value > max ? OptionalInt.empty() : OptionalInt.of(value);
    } catch (NumberFormatException notANumber) {
      return OptionalInt.empty();
    }
  }

  /** The name of the coding, for messages and provenance. */
  public String name() {
    return name;
  }

  /** The space whose ids this table answers. */
  public LabelSpace space() {
    return space;
  }

  /** The id of {@code space()} for a raw id; {@link LabelSpace#IGNORE} if there is none. */
  public int trainId(int raw) {
    return raw < 0 || raw >= trainIds.length ? LabelSpace.IGNORE : trainIds[raw];
  }

  /** Whether files of this coding may hold {@code raw}, be it a class or pixels to ignore. */
  public boolean knows(int raw) {
    return raw >= 0 && known.get(raw);
  }

  /** The raw ids that files of this coding may hold, for messages: {@code {0, 1, 7}}. */
  public String knownIds() {
    return known.toString();
  }

  /** The classes that no raw id stands for: files of this coding never show them. */
  public List<String> lacking() {
    var shown = new BitSet();
    Arrays.stream(trainIds).forEach(shown::set);
    return IntStream.range(0, space.classes())
        .filter(id -> !shown.get(id))
        .mapToObj(space::className)
        .toList();
  }

  /** The whole table as text, the same for tables that map alike, whatever their names. */
  public String fingerprint() {
    return space.classes() + " " + known + " " + Arrays.toString(trainIds);
  }
}
