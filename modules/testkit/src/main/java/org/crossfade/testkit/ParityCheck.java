package org.crossfade.testkit;

/** Runs the production code on one case and hands every expected field to {@link Expected}. */
@FunctionalInterface
public interface ParityCheck {
  /**
   * @param parityCase what to feed, and under which options
   * @param expected takes the results
   * @throws Exception whatever the code under test throws: the case fails
   */
  void check(ParityCase parityCase, Expected expected) throws Exception;
}
