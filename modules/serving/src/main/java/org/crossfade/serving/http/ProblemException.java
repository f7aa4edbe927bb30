package org.crossfade.serving.http;

/** A request that can't be done; its answer is the problem. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  ProblemException(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  /** {@return the problem} */
  public Problem problem() {
    return problem;
  }
}
