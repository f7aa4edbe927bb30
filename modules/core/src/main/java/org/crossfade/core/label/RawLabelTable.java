package org.crossfade.core.label;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
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
  private static final int[] CITYSCAPES_RAW = {
    7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33
  };
  private static final int[] SYNTHIA_RAW = {
    3, 4, 2, 21, 5, 7, 15, 9, 6, 16, 1, 10, 17, 8, 18, 19, 20, 12, 11
  };
  private static final int SYNTHIA_LANE_MARKING = 22;

  private final String name;
  private final LabelSpace space;
  private final int[] trainIds;
  private final BitSet known;

  private RawLabelTable(
      String name,
      LabelSpace space,
      Map<Integer, Integer> trainIdOfRaw,
      Collection<Integer> ignored) {
    this.name = name;
    this.space = space;
    this.known = new BitSet();
    known.set(LabelSpace.IGNORE);
    ignored.forEach(known::set);
    trainIdOfRaw.keySet().forEach(known::set);
    this.trainIds = new int[known.length()];
    Arrays.fill(trainIds, LabelSpace.IGNORE);
    trainIdOfRaw.forEach((raw, trainId) -> trainIds[raw] = trainId);
  }

  /** GTA5: the raw ids of Cityscapes, and 34 (license plate), which is ignored. */
  public static RawLabelTable gta5(LabelSpace space) {
    return cityscapesIds("gta5", space, 34);
  }

  /** Cityscapes: raw ids 0..33 of the {@code labelIds} files. */
  public static RawLabelTable cityscapes(LabelSpace space) {
    return cityscapesIds("cityscapes", space, 33);
  }

  /** Synscapes: the raw ids of Cityscapes. */
  public static RawLabelTable synscapes(LabelSpace space) {
    return cityscapesIds("synscapes", space, 34);
  }

  /** Cross-City: the raw ids of Cityscapes; its files exist for 13 of the classes. */
  public static RawLabelTable crossCity(LabelSpace space) {
    return cityscapesIds("cross-city", space, 33);
  }

  /**
   * SYNTHIA (RAND-CITYSCAPES): its own raw ids 0..22; lane markings (22) are ignored, as in FADA,
   * SPCL, FDA and MetaPix.
   *
   * @param space with 19 classes, terrain (16), truck (18) and train (20) are classes; with 16 or
   *     13 they are ignored
   */
  public static RawLabelTable synthia(LabelSpace space) {
    return synthia("synthia", space, LabelSpace.IGNORE);
  }

  /** SYNTHIA as {@link #synthia(LabelSpace)}, but lane markings (22) are road, as in PixDA. */
  public static RawLabelTable synthiaWithLaneMarkingsAsRoad(LabelSpace space) {
    return synthia("synthia-lane-markings-as-road", space, space.idOfTrainId19(0));
  }

  /** Label files that already hold the ids of {@code space}. */
  public static RawLabelTable trainIds(LabelSpace space) {
    Map<Integer, Integer> table = new TreeMap<>();
    for (int id = 0; id < space.classes(); id++) {
      table.put(id, id);
    }
    return new RawLabelTable("train-ids", space, table, table.keySet());
  }

  /**
   * Label files that hold the 19 train ids of Cityscapes; classes that {@code space} lacks are
   * ignored.
   */
  public static RawLabelTable trainIds19(LabelSpace space) {
    Map<Integer, Integer> table = new TreeMap<>();
    for (int id19 = 0; id19 < CITYSCAPES_RAW.length; id19++) {
      table.put(id19, space.idOfTrainId19(id19));
    }
    return new RawLabelTable("train-ids-19", space, table, table.keySet());
  }

  /**
   * A user's table. Keys are raw ids as decimal numbers, 0 to 65535. Values are the 19 train ids of
   * Cityscapes as decimal numbers, 255 for pixels to ignore, or class names such as {@code "traffic
   * light"}; classes that {@code space} lacks are ignored. Raw ids that are not listed are unknown.
   *
   * @throws IllegalArgumentException naming every entry that makes no sense
   */
  public static RawLabelTable parse(String name, LabelSpace space, Map<String, String> entries) {
    Map<Integer, Integer> table = new TreeMap<>();
    StringBuilder wrong = new StringBuilder();
    new TreeMap<>(entries)
        .forEach(
            (key, value) -> {
              OptionalInt raw = number(key, 65535);
              OptionalInt id19 = trainId19(value);
              if (raw.isEmpty()) {
                wrong.append("\n  key '" + key + "': expected a raw id, 0 to 65535");
              } else if (id19.isEmpty()) {
                wrong.append("\n  " + key + " = '" + value + "': expected 0 to 18, 255 or one of ");
                wrong.append(String.join(", ", LabelSpace.of(19).classNames()));
              } else {
                table.put(raw.getAsInt(), space.idOfTrainId19(id19.getAsInt()));
              }
            });
    if (wrong.length() > 0) {
      throw new IllegalArgumentException("label table of " + name + ":" + wrong);
    }
    if (table.isEmpty()) {
      throw new IllegalArgumentException(
          "label table of " + name + " is empty: expected raw id = train id or class name");
    }
    return new RawLabelTable(name, space, table, table.keySet());
  }

  private static OptionalInt trainId19(String value) {
    OptionalInt id = number(value, LabelSpace.IGNORE);
    if (id.isEmpty()) {
      return LabelSpace.of(19).idOf(value.trim());
    }
    return id.getAsInt() < 19 || id.getAsInt() == LabelSpace.IGNORE ? id : OptionalInt.empty();
  }

  private static OptionalInt number(String text, int max) {
    try {
      int value = Integer.parseInt(text.trim());
      return value < 0 || value > max ? OptionalInt.empty() : OptionalInt.of(value);
    } catch (NumberFormatException notANumber) {
      return OptionalInt.empty();
    }
  }

  private static RawLabelTable cityscapesIds(String name, LabelSpace space, int lastId) {
    return new RawLabelTable(name, space, listed(CITYSCAPES_RAW, space), range(lastId));
  }

  private static RawLabelTable synthia(String name, LabelSpace space, int laneMarking) {
    Map<Integer, Integer> table = listed(SYNTHIA_RAW, space);
    table.put(SYNTHIA_LANE_MARKING, laneMarking);
    return new RawLabelTable(name, space, table, range(SYNTHIA_LANE_MARKING));
  }

  private static Map<Integer, Integer> listed(int[] rawOfTrainId19, LabelSpace space) {
    Map<Integer, Integer> table = new TreeMap<>();
    for (int id19 = 0; id19 < rawOfTrainId19.length; id19++) {
      table.put(rawOfTrainId19[id19], space.idOfTrainId19(id19));
    }
    return table;
  }

  private static Collection<Integer> range(int last) {
    return IntStream.rangeClosed(0, last).boxed().toList();
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

  /** The whole table as text, the same for equal tables: for provenance. */
  public String fingerprint() {
    return name + " " + space.classes() + " " + known + " " + Arrays.toString(trainIds);
  }
}
