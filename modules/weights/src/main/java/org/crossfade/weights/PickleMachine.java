package org.crossfade.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.crossfade.weights.KnownClasses.Ignored;

/**
 * The stack machine that a pickle is a program for, protocols 0 to 5, without the power to run
 * anything: classes and functions are what the caller gives for their names.
 *
 * <p>It makes text, whole numbers, truth values, null, lists, mappings in order, tuples ({@code
 * Object[]}) and what the caller gives. Floating point numbers, bytes, sets and texts that are too
 * long to be names become {@link Ignored}; what is put into a {@link Placeholder} is dropped.
 */
final class PickleMachine {
  private static final int STEPS_OF_A_CONTAINER = 8;
  private static final int STEPS_OF_AN_ENTRY = 4;
  private static final int BYTES_OF_A_STEP = 16;
  private static final int LONGEST_CLASS_NAME = 512;

  private final PickleInput input;
  private final WorkBudget budget;
  private final BiFunction<String, String, Object> classes;
  private final UnaryOperator<Object> references;
  private final PickleStack stack = new PickleStack();
  private final Map<Long, Object> memo = new HashMap<>();

  /**
   * @param classes gives what stands for a class or function, by module and name
   * @param references gives what a reference to something outside of the pickle stands for
   */
  PickleMachine(
      PickleInput input,
      WorkBudget budget,
      BiFunction<String, String, Object> classes,
      UnaryOperator<Object> references) {
    this.input = input;
    this.budget = budget;
    this.classes = classes;
    this.references = references;
  }

  /**
   * Runs the pickle to its end and returns what it made.
   *
   * @throws MalformedPickleException if it pops what is not there, or is otherwise no pickle
   */
  Object run() throws IOException {
    while (true) {
      budget.take(1);
      int opcode = input.unsignedByte();
      if (opcode == '.') {
        return stack.pop();
      }
      step(opcode);
    }
  }

  private void step(int opcode) throws IOException {
    switch (opcode) {
      case '(' -> stack.mark();
      case '0' -> stack.drop();
      case '1' -> stack.popToMark();
      case '2' -> stack.push(stack.peek());
      case 'N' -> stack.push(null);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 0x80 -> input.unsignedByte(); // The protocol: all are understood.
      case 0x95 -> input.skip(Long.BYTES); // The length of a frame.
      case 'I', 'L' -> pushDigits();
      case 'J' -> stack.push((int) input.unsigned(4));
      case 'K' -> stack.push(input.unsignedByte());
      case 'M' -> stack.push((int) input.unsigned(2));
      case 0x8A -> push(input.number(input.unsignedByte()));
      case 0x8B -> push(input.number(signed(input.unsigned(4))));
      case 'F' -> {
        input.line();
        stack.push(Ignored.VALUE);
      }
      case 'G' -> {
        input.skip(Double.BYTES);
        stack.push(Ignored.VALUE);
      }
      case 'S' -> pushText(input.line().map(PickleMachine::unquoted));
      case 'V' -> pushText(input.line());
      case 'U', 'C', 0x8C -> pushText(input.text(input.unsignedByte()));
      case 'T' -> pushText(input.text(signed(input.unsigned(4))));
      case 'X', 'B' -> pushText(input.text(input.unsigned(4)));
      case 0x8D, 0x8E -> pushText(input.text(input.unsigned(8)));
      case 0x96 -> {
        input.skip(input.unsigned(8));
        stack.push(Ignored.VALUE);
      }
      default -> stepOnObjects(opcode);
    }
  }

  private void stepOnObjects(int opcode) throws IOException {
    switch (opcode) {
      case ')' -> stack.push(new Object[0]);
      case 't' -> pushTuple(stack.popToMark());
      case 0x85, 0x86, 0x87 -> pushTuple(stack.pop(opcode - 0x84));
      case ']' -> pushList(new Object[0]);
      case 'l' -> pushList(stack.popToMark());
      case 'a' -> append(new Object[] {stack.pop()});
      case 'e' -> append(stack.popToMark());
      case '}' -> pushMapping(new Object[0]);
      case 'd' -> pushMapping(stack.popToMark());
      case 's' -> putAll(stack.pop(2));
      case 'u' -> putAll(stack.popToMark());
      case 0x8F -> stack.push(Ignored.VALUE);
      case 0x90 -> stack.popToMark();
      case 0x91 -> {
        stack.popToMark();
        stack.push(Ignored.VALUE);
      }
      case 'g' -> recall(index());
      case 'h' -> recall(input.unsignedByte());
      case 'j' -> recall(input.unsigned(4));
      case 'p' -> memorise(index());
      case 'q' -> memorise(input.unsignedByte());
      case 'r' -> memorise(input.unsigned(4));
      case 0x94 -> memorise(memo.size());
      default -> stepOnClasses(opcode);
    }
  }

  private void stepOnClasses(int opcode) throws IOException {
    switch (opcode) {
      case 'c' -> {
        String module = className(input.line());
        stack.push(classes.apply(module, className(input.line())));
      }
      case 0x93 -> {
        Object[] names = stack.pop(2);
        stack.push(classes.apply(className(names[0]), className(names[1])));
      }
      case 0x82 -> pushExtension(input.unsignedByte());
      case 0x83 -> pushExtension(input.unsigned(2));
      case 0x84 -> pushExtension(input.unsigned(4));
      case 'R', 0x81 -> {
        Object[] call = stack.pop(2);
        pushCall(call[0], call[1]);
      }
      case 0x92 -> {
        Object[] call = stack.pop(3);
        pushCall(call[0], call[1]);
      }
      case 'o' -> {
        Object[] call = stack.popToMark();
        if (call.length == 0) {
          throw new MalformedPickleException("an object without a class");
        }
        pushCall(call[0], Arrays.copyOfRange(call, 1, call.length));
      }
      case 'i' -> {
        String module = className(input.line());
        Object itsClass = classes.apply(module, className(input.line()));
        pushCall(itsClass, stack.popToMark());
      }
      // Attributes that are set after construction (a state dict's metadata) are of no use.
      case 'b' -> stack.pop();
      case 'P' -> stack.push(references.apply(input.line().orElse("")));
      case 'Q' -> stack.push(references.apply(stack.pop()));
      default ->
          throw new MalformedPickleException(
              "the byte 0x%02x, which is no operation".formatted(opcode));
    }
  }

  private void push(Optional<? extends Object> value) {
    stack.push(value.isPresent() ? value.get() : Ignored.VALUE);
  }

  private void pushText(Optional<String> text) {
    budget.take(text.orElse("").length() / BYTES_OF_A_STEP);
    push(text);
  }

  private void pushDigits() throws IOException {
    Optional<String> line = input.line();
    if (line.isPresent() && (line.get().equals("00") || line.get().equals("01"))) {
      stack.push(line.get().equals("01"));
      return;
    }
    push(line.flatMap(PickleInput::digits));
  }

  private void pushTuple(Object[] values) {
    budget.take(1 + values.length / 4);
    stack.push(values);
  }

  private void pushList(Object[] values) {
    budget.take(STEPS_OF_A_CONTAINER);
    stack.push(new ArrayList<>(Arrays.asList(values)));
  }

  private void pushMapping(Object[] keysAndValues) {
    budget.take(STEPS_OF_A_CONTAINER);
    stack.push(new LinkedHashMap<>());
    putAll(keysAndValues);
  }

  private void pushCall(Object callee, Object args) {
    budget.take(STEPS_OF_A_CONTAINER);
    stack.push(KnownClasses.call(callee, args));
  }

  private void pushExtension(long code) {
    stack.push(new Placeholder("extension " + code));
  }

  @SuppressWarnings("unchecked") // The machine makes lists of objects only.
  private void append(Object[] values) {
    Object target = stack.peek();
    if (target instanceof List) {
      ((List<Object>) target).addAll(Arrays.asList(values));
    } else {
      requireInert(target);
    }
  }

  @SuppressWarnings("unchecked") // The machine makes mappings of objects only.
  private void putAll(Object[] keysAndValues) {
    Object target = stack.peek();
    if (keysAndValues.length % 2 != 0) {
      throw new MalformedPickleException("a key without a value");
    }
    if (!(target instanceof Map)) {
      requireInert(target);
      return;
    }
    budget.take((long) STEPS_OF_AN_ENTRY * keysAndValues.length / 2);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      ((Map<Object, Object>) target).put(MappingKey.of(keysAndValues[i]), keysAndValues[i + 1]);
    }
  }

  private static void requireInert(Object target) {
    if (!(target instanceof Placeholder) && target != Ignored.VALUE) {
      throw new MalformedPickleException("values are put into something that holds none");
    }
  }

  private void memorise(long index) {
    budget.take(STEPS_OF_AN_ENTRY);
    memo.put(index, stack.peek());
  }

  private void recall(long index) {
    Object value = memo.get(index);
    if (value == null && !memo.containsKey(index)) {
      throw new MalformedPickleException("the memo has no entry " + index);
    }
    stack.push(value);
  }

  private long index() throws IOException {
    return KnownClasses.whole(input.line().flatMap(PickleInput::digits).orElse(null));
  }

  private static String className(Object name) {
    Object plain = name instanceof Optional<?> line ? line.orElse(null) : name;
    if (plain instanceof String text && text.length() <= LONGEST_CLASS_NAME) {
      return text;
    }
    throw new MalformedPickleException(
        "the name of a class is no text of at most " + LONGEST_CLASS_NAME + " characters");
  }

  /** Protocol 0 writes text as Python's source does; escapes are no part of names and stay. */
  private static String unquoted(String literal) {
    boolean quoted =
        literal.length() >= 2
            && (literal.charAt(0) == '\'' || literal.charAt(0) == '"')
            && literal.charAt(literal.length() - 1) == literal.charAt(0);
    return quoted ? literal.substring(1, literal.length() - 1) : literal;
  }

  private static long signed(long fourBytes) {
    return (int) fourBytes;
  }
}
