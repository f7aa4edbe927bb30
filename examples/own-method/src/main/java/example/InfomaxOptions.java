package example;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.SupervisedTraining;

/**
 * Options of the method, section {@code crossfade.infomax}.
 *
 * @param network that segments
 * @param source supervised training in front
 * @param adaptation on labelled source images and target images without labels
 * @param lambda weight of the loss on the target, at least 0
 */
public record InfomaxOptions(
    NetworkOptions network, SupervisedTraining source, JointTraining adaptation, double lambda) {
  /** Checks the range. */
  public InfomaxOptions {
    if (!(lambda >= 0)) {
      throw new IllegalArgumentException("lambda must be at least 0, found " + lambda);
    }
  }
}
