package org.crossfade.core.label;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A set of classes over which a paper averages IoU, defined by the 19 train ids of Cityscapes.
 *
 * <p>The mean over a subset of a 19-class network is not the mIoU of a 16-class network: in the
 * former, predictions of the classes left out still count as misses.
 */
public enum ClassGroup {
  /** The 16 classes of SYNTHIA. */
  MIOU_16("mIoU16", 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 15, 17, 18),
  /** SYNTHIA's classes without wall, fence and pole; also Cross-City's. */
  MIOU_13("mIoU13", 0, 1, 2, 6, 7, 8, 10, 11, 12, 13, 15, 17, 18),
  /** SPCL's tail: 11 classes of less than 1 % of the validation pixels each. */
  TAIL("tail", 3, 4, 6, 7, 9, 12, 14, 15, 16, 17, 18),
  /** PixDA's well-represented classes with GTA5 as source. */
  WELL_REPRESENTED_GTA5("well-represented (GTA5)", 0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 13),
  /** PixDA's under-represented classes with GTA5 as source. */
  UNDER_REPRESENTED_GTA5("under-represented (GTA5)", 6, 7, 12, 14, 15, 16, 17, 18),
  /** PixDA's well-represented classes with SYNTHIA as source. */
  WELL_REPRESENTED_SYNTHIA("well-represented (SYNTHIA)", 0, 1, 2, 3, 4, 5, 8, 10, 11, 13),
  /** PixDA's under-represented classes with SYNTHIA as source. */
  UNDER_REPRESENTED_SYNTHIA("under-represented (SYNTHIA)", 6, 7, 12, 15, 17, 18);

  private final String title;
  private final Set<Integer> trainIds19;

  ClassGroup(String title, int... trainIds19) {
    this.title = title;
    this.trainIds19 = Arrays.stream(trainIds19).boxed().collect(Collectors.toUnmodifiableSet());
  }

  /** The name of the group as tables print it. */
  public String title() {
    return title;
  }

  /** The members as ids of the 19 train ids of Cityscapes. */
  public Set<Integer> trainIds19() {
    return trainIds19;
  }

  /**
   * Whether every member is a class of {@code space}, so that a mean over the group makes sense.
   */
  public boolean appliesTo(LabelSpace space) {
    return space.trainIds19().containsAll(trainIds19);
  }

  /**
   * The members as ids of {@code space}, ascending.
   *
   * @throws IllegalArgumentException if {@code space} lacks a member; see {@link #appliesTo}
   */
  public List<Integer> idsIn(LabelSpace space) {
    if (!appliesTo(space)) {
      throw new IllegalArgumentException(
          "the group " + title + " has classes that a space of " + space + " lacks");
    }
    return trainIds19.stream().map(space::idOfTrainId19).sorted().toList();
  }

  /** The groups whose mean makes sense in {@code space}, in the order of declaration. */
  public static List<ClassGroup> of(LabelSpace space) {
    return Arrays.stream(values()).filter(group -> group.appliesTo(space)).toList();
  }
}
