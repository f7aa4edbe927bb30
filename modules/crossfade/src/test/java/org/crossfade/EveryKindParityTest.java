package org.crossfade;

import static org.assertj.core.api.Assertions.assertThat;

import org.crossfade.testkit.ClaimedKinds;
import org.crossfade.testkit.ParityDirectory;
import org.junit.jupiter.api.Test;

/** This module sees all others, so it can tell which parity cases nobody runs. */
class EveryKindParityTest {
  @Test
  void everyCaseOfTheDirectoryIsRunByATestClass() {
    assertThat(ClaimedKinds.onClassPath().unclaimed(ParityDirectory.configured()))
        .as("kinds of cases in the directory that no META-INF/crossfade/parity-kinds claims")
        .isEmpty();
  }
}
