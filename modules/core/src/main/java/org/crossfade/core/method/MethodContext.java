package org.crossfade.core.method;

import org.crossfade.core.label.LabelSpace;

/** What a method is made from. */
public interface MethodContext {
  /**
   * Returns the method's options.
   *
   * @param type record of options, read strictly from the method's own section
   */
  <R extends Record> R options(Class<R> type);

  /** Returns the classes of the task. */
  LabelSpace labelSpace();
}
