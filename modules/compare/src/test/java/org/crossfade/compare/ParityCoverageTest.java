package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import org.crossfade.testkit.ClaimedKinds;
import org.crossfade.testkit.ParityDirectory;
import org.junit.jupiter.api.Test;

/** This module sees all others, so it can tell which parity cases nobody runs. */
class ParityCoverageTest {
  @Test
  void everyCaseIsRun() {
    assertThat(ClaimedKinds.onClassPath().unclaimed(ParityDirectory.configured()))
        .as("kinds of cases in the directory that no test class claims")
        .isEmpty();
  }

  @Test
  void everyKnownKindIsRun() {
    var unclaimed = new TreeSet<>(ClaimedKinds.known());
    unclaimed.removeAll(ClaimedKinds.onClassPath().testClasses().keySet());
    assertThat(unclaimed).as("kinds of the format that no test class claims").isEmpty();
  }
}
