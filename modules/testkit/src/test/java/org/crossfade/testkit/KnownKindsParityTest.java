package org.crossfade.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A directory may hold kinds that no module runs yet, but none that nobody has heard of. */
class KnownKindsParityTest {
  @Test
  void everyKindOfTheDirectoryIsKnown() {
    TreeSet<String> unknown = new TreeSet<>();
    for (ParityCase parityCase : ParityDirectory.configured().cases()) {
      if (!ClaimedKinds.known().contains(parityCase.kind())) {
        unknown.add(parityCase.kind() + " (" + parityCase.name() + ")");
      }
    }
    assertThat(unknown).as("kinds in no list of kinds").isEmpty();
  }
}
