package org.crossfade.core.method;

import java.util.Map;

/** One stage of a method. */
public sealed interface Phase permits TrainingPhase, DatasetPass {
  /** Returns the name, unique in the method; also the name of what the phase leaves. */
  String name();

  /** Returns where each role's variables start. */
  Map<String, InitialWeights> initialWeights();
}
