package org.crossfade.core.method;

import org.crossfade.core.label.LabelSpace;

/**
 * A factory that is its values: a method's factory calls the constructor from its own, which {@link
 * java.util.ServiceLoader} calls without arguments.
 *
 * @param <R> record of options
 */
public abstract class MethodFactory<R extends Record> implements AdaptationMethod.Factory {
  /**
   * Makes a method.
   *
   * @param <R> record of options
   */
  @FunctionalInterface
  protected interface Constructor<R extends Record> {
    /**
     * Returns the method.
     *
     * @param options read from the method's section
     * @param labels the classes of the task
     * @throws IllegalArgumentException if the method is not to be had with these options
     */
    AdaptationMethod create(R options, LabelSpace labels);
  }

  private final String name;
  private final String summary;
  private final Contribution contribution;
  private final Class<R> options;
  private final Constructor<R> constructor;

  /**
   * Takes the values.
   *
   * @param name of the section of options, and on the command line
   * @param summary one line on what the method is, with its paper
   * @param contribution its own ideas, or what it stands for
   * @param options record of the section
   * @param constructor makes the method
   */
  protected MethodFactory(
      String name,
      String summary,
      Contribution contribution,
      Class<R> options,
      Constructor<R> constructor) {
    this.name = name;
    this.summary = summary;
    this.contribution = contribution;
    this.options = options;
    this.constructor = constructor;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String summary() {
    return summary;
  }

  @Override
  public final Contribution contribution() {
    return contribution;
  }

  @Override
  public final AdaptationMethod create(MethodContext context) {
    return constructor.create(context.options(options), context.labelSpace());
  }
}
