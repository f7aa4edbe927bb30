package org.crossfade.datasets.sampling;

import java.util.Arrays;
import java.util.Random;

/**
 * The class-balanced image sampling of FADA and SPCL for GTA5 and SYNTHIA.
 *
 * <p>Draws come in sub-epochs of 3,000. Within one, n_c counts the images drawn so far that contain
 * class c; a class is drawn with probability proportional to 1/ln(1.01 + n_c/Σn) (uniform while Σn
 * = 0), then the next image of that class' list is taken. Each list has a pointer, which the
 * sub-epochs share; when it has passed the end the list is shuffled and the pointer goes on at its
 * second entry. The list of all draws is permuted at the end.
 *
 * <p>Neither paper mentions it. Departure from the official code: classes that no image contains
 * are never drawn (there, they fail).
 */
public final class ClassBalancedOrder implements SamplingOrder {
  private static final int SUB_EPOCH = 3000;

  private final Rounds rounds;

  /**
   * The order for a phase.
   *
   * @param presence which classes each image contains
   * @param draws the number of draws of the whole phase, iterations times batch; beyond them the
   *     order starts anew with other random numbers
   * @param seed of the order
   */
  public ClassBalancedOrder(ClassPixelCounts presence, long draws, long seed) {
    if (draws < 1) {
      throw new IllegalArgumentException("expected at least one draw, found " + draws);
    }
    if (draws > Rounds.MAX_LENGTH - SUB_EPOCH) {
      throw new IllegalArgumentException(
          draws + " draws are more than one list can hold (" + Rounds.MAX_LENGTH + ")");
    }
    if (presence.presentClasses().isEmpty()) {
      throw new IllegalArgumentException(
          "class-balanced sampling needs labels, but no image holds a pixel of any class");
    }
    int subEpochs = (int) (draws / SUB_EPOCH) + 1;
    this.rounds =
        new Rounds(subEpochs * SUB_EPOCH, seed, random -> generate(presence, subEpochs, random));
  }

  @Override
  public int indexAt(long position) {
    return rounds.indexAt(position);
  }

  private static int[] generate(ClassPixelCounts presence, int subEpochs, Random random) {
    int classes = presence.classes();
    int[][] images = new int[classes][];
    for (int c = 0; c < classes; c++) {
      images[c] = presence.imagesWith(c);
    }
    int[] pointers = new int[classes];
    int[] order = new int[subEpochs * SUB_EPOCH];
    for (int e = 0; e < subEpochs; e++) {
      long[] drawnWith = new long[classes];
      for (int i = 0; i < SUB_EPOCH; i++) {
        int c = drawClass(drawnWith, images, random);
        int image = next(images[c], pointers, c, random);
        order[e * SUB_EPOCH + i] = image;
        for (int other = 0; other < classes; other++) {
          if (presence.contains(image, other)) {
            drawnWith[other]++;
          }
        }
      }
    }
    Rounds.shuffle(order, random);
    return order;
  }

  private static int drawClass(long[] drawnWith, int[][] images, Random random) {
    double total = Math.max(1, Arrays.stream(drawnWith).sum());
    double[] weights = new double[drawnWith.length];
    double sum = 0;
    for (int c = 0; c < weights.length; c++) {
      weights[c] = images[c].length == 0 ? 0 : 1 / Math.log(1.01 + drawnWith[c] / total);
      sum += weights[c];
    }
    double left = random.nextDouble() * sum;
    int last = -1;
    for (int c = 0; c < weights.length; c++) {
      if (weights[c] > 0) {
        last = c;
        left -= weights[c];
        if (left < 0) {
          return c;
        }
      }
    }
    return last;
  }

  private static int next(int[] images, int[] pointers, int c, Random random) {
    if (pointers[c] >= images.length) {
      Rounds.shuffle(images, random);
      pointers[c] = images.length > 2 ? 1 : 0;
    }
    return images[pointers[c]++];
  }
}
