package org.crossfade.core.method;

/**
 * Where the variables of one role start in a phase. Optimizers start anew where their role, {@link
 * org.crossfade.core.optim.UpdateContext#role}, is not listed.
 */
public sealed interface InitialWeights {
  /** From the initialisers. */
  record Fresh() implements InitialWeights {}

  /**
   * From the published weights that the run was given, and from the initialisers where it was given
   * none or where the file lacks them (a new classifier).
   */
  record Pretrained() implements InitialWeights {}

  /**
   * From the end of an earlier phase.
   *
   * @param phase its name
   * @param role the role there
   */
  record FromPhase(String phase, String role) implements InitialWeights {}

  /**
   * From an array that an earlier pass left: every variable of the role starts as a copy of it.
   *
   * @param pass its name
   * @param array the array's name, of the variables' shape
   */
  record FromArtefact(String pass, String array) implements InitialWeights {}

  /** Returns the initialisers. */
  static InitialWeights fresh() {
    return new Fresh();
  }

  /** Returns the published weights. */
  static InitialWeights pretrained() {
    return new Pretrained();
  }

  /** Returns the end of an earlier phase. */
  static InitialWeights fromPhase(String phase, String role) {
    return new FromPhase(phase, role);
  }

  /** Returns an array that an earlier pass left. */
  static InitialWeights fromArtefact(String pass, String array) {
    return new FromArtefact(pass, array);
  }
}
