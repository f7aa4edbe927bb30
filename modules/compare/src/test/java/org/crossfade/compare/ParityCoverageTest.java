package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.crossfade.testkit.ClaimedKinds;
import org.crossfade.testkit.ParityDirectory;
import org.junit.jupiter.api.Test;

/** This module sees all others, so it can tell which parity cases nobody runs. */
class ParityCoverageTest {
  /** Of PiXL and its training recipes. */
  private static final Predicate<String> NOT_BUILT =
      Pattern.compile(
              "(?x) .*pixl.* |"
                  + " (pseudo_labels|schedule|step)\\.(hrda.*|daformer) | ema\\..* |"
                  + " rcs\\..* | transform\\.(classmix|gaussian_blur) |"
                  + " loss\\.feature_distance |"
                  + " optimizer\\.param_groups | transform\\.color_jitter")
          .asMatchPredicate();

  @Test
  void everyCaseIsRunUnlessItsPaperIsNotBuilt() {
    var unclaimed =
        new TreeSet<>(ClaimedKinds.onClassPath().unclaimed(ParityDirectory.configured()));
    unclaimed.removeIf(NOT_BUILT);
    assertThat(unclaimed).as("kinds of cases in the directory that no test class claims").isEmpty();
  }

  @Test
  void everyKnownKindIsRunUnlessItsPaperIsNotBuilt() {
    var unclaimed = new TreeSet<>(ClaimedKinds.known());
    unclaimed.removeAll(ClaimedKinds.onClassPath().testClasses().keySet());
    unclaimed.removeIf(NOT_BUILT);
    assertThat(unclaimed).as("kinds of the format that no test class claims").isEmpty();
  }
}
