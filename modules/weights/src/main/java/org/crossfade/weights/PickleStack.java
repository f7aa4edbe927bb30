package org.crossfade.weights;

import java.util.ArrayList;
import java.util.List;

/** The stack of a pickle with its marks. */
final class PickleStack {
  private final List<Object> values = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();

  void push(Object value) {
    values.add(value);
  }

  void mark() {
    marks.add(values.size());
  }

  Object pop() {
    requireValue();
    return values.remove(values.size() - 1);
  }

  Object peek() {
    requireValue();
    return values.get(values.size() - 1);
  }

  /** The values since the last mark, which goes too. */
  Object[] popToMark() {
    if (marks.isEmpty()) {
      throw new MalformedPickleException("a mark is missing");
    }
    int mark = marks.remove(marks.size() - 1);
    List<Object> since = values.subList(mark, values.size());
    Object[] popped = since.toArray();
    since.clear();
    return popped;
  }

  /** The last {@code count} values in the order in which they came. */
  Object[] pop(int count) {
    Object[] popped = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      popped[i] = pop();
    }
    return popped;
  }

  /** Takes away the value on top, or the mark if none lies above it. */
  void drop() {
    int last = marks.size() - 1;
    if (last >= 0 && marks.get(last) == values.size()) {
      marks.remove(last);
    } else {
      pop();
    }
  }

  private void requireValue() {
    int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (values.size() <= floor) {
      throw new MalformedPickleException("a value is missing");
    }
  }
}
