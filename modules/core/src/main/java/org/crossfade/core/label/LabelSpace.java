package org.crossfade.core.label;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The K classes that a network tells apart, numbered 0..K-1 (train ids), and the id that is
 * ignored.
 *
 * <p>There are three: the 19 evaluated classes of Cityscapes; the 16 of them that SYNTHIA has
 * (without terrain, truck and train); and the 13 that also leave out wall, fence and pole. The
 * classes of the smaller spaces keep their order and are renumbered without gaps.
 */
public final class LabelSpace {
  /** The id of pixels that count neither in a loss nor in a metric. */
  public static final int IGNORE = 255;

  private static final String[] NAMES_19 = {
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
    "bicycle"
  };

  private static final int[] PALETTE_19 = {
    0x804080, 0xF423E8, 0x464646, 0x66669C, 0xBE9999, 0x999999, 0xFAAA1E, 0xDCDC00, 0x6B8E23,
    0x98FB98, 0x4682B4, 0xDC143C, 0xFF0000, 0x00008E, 0x000046, 0x003C64, 0x005064, 0x0000E6,
    0x770B20
  };

  private static final LabelSpace NINETEEN = without();
  private static final LabelSpace SIXTEEN = without(9, 14, 16);
  private static final LabelSpace THIRTEEN = without(3, 4, 5, 9, 14, 16);

  private final List<Integer> trainIds19;
  private final int[] idOf19;

  private LabelSpace(List<Integer> trainIds19) {
    this.trainIds19 = List.copyOf(trainIds19);
    this.idOf19 = new int[NAMES_19.length];
    for (int id19 = 0; id19 < idOf19.length; id19++) {
      int id = this.trainIds19.indexOf(id19);
      idOf19[id19] = id < 0 ? IGNORE : id;
    }
  }

  private static LabelSpace without(int... missing) {
    List<Integer> kept = new ArrayList<>();
    for (int id19 = 0; id19 < NAMES_19.length; id19++) {
      kept.add(id19);
    }
    for (int id19 : missing) {
      kept.remove(Integer.valueOf(id19));
    }
    return new LabelSpace(kept);
  }

  /**
   * The label space of that many classes.
   *
   * @param classes 19, 16 or 13
   * @throws IllegalArgumentException for any other number
   */
  public static LabelSpace of(int classes) {
    if (classes == 19) {
      return NINETEEN;
    }
    if (classes == 16) {
      return SIXTEEN;
    }
    if (classes == 13) {
      return THIRTEEN;
    }
    throw new IllegalArgumentException(
        "no label space of "
            + classes
            + " classes; there are 19 (Cityscapes), 16 (SYNTHIA) and 13 (SYNTHIA, Cross-City)");
  }

  /** The number of classes K. */
  public int classes() {
    return trainIds19.size();
  }

  /** The names of the classes by id, as Cityscapes writes them ({@code "traffic light"}). */
  public List<String> classNames() {
    return trainIds19.stream().map(id19 -> NAMES_19[id19]).toList();
  }

  /** The name of one class. */
  public String className(int id) {
    return NAMES_19[trainId19(id)];
  }

  /** The id among the 19 train ids of Cityscapes that this space's {@code id} stands for. */
  public int trainId19(int id) {
    checkId(id);
    return trainIds19.get(id);
  }

  /** For each id of this space, its id among the 19 train ids of Cityscapes. */
  public List<Integer> trainIds19() {
    return trainIds19;
  }

  /**
   * This space's id of one of the 19 train ids of Cityscapes; {@link #IGNORE} where the class does
   * not exist here, and for every value outside 0..18.
   */
  public int idOfTrainId19(int id19) {
    return id19 < 0 || id19 >= idOf19.length ? IGNORE : idOf19[id19];
  }

  /** The id of the class of that name (case does not matter), if this space has it. */
  public OptionalInt idOf(String className) {
    int id = classNames().indexOf(className.toLowerCase(Locale.ROOT));
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * The colour of a class as 0xRRGGBB in Cityscapes' palette; black for any id that is no class.
   */
  public int rgb(int id) {
    return id < 0 || id >= classes() ? 0 : PALETTE_19[trainIds19.get(id)];
  }

  private void checkId(int id) {
    if (id < 0 || id >= classes()) {
      throw new IllegalArgumentException("class id " + id + " is outside 0.." + (classes() - 1));
    }
  }

  @Override
  public String toString() {
    return classes() + " classes";
  }
}
