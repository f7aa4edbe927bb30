package org.crossfade.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.crossfade.autodiff.DerivativeCheck.Function;
import org.crossfade.autodiff.DerivativeCheck.Precision;
import org.crossfade.testkit.NumericGradient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;

/** Every rule against central differences, at first and second order, backward and forward. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RulesTest {
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /** A function that holds an operation of the type. */
  record Case(
      String name,
      String type,
      Function function,
      Precision precision,
      double low,
      double high,
      List<Shape> shapes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    var cases = new ArrayList<Case>();
    cases.addAll(ElementwiseCases.all());
    cases.addAll(ArrayCases.all());
    cases.addAll(NetworkCases.all());
    return cases.stream();
  }

  static Stream<Case> oneCaseAType() {
    var types = new HashSet<String>();
    return cases().filter(c -> types.add(c.type));
  }

  @ParameterizedTest
  @MethodSource("cases")
  @Execution(ExecutionMode.CONCURRENT)
  void derivativesAreThoseOfTheFunction(Case c) {
    try (var check = new DerivativeCheck(c.function, c.precision, c.low, c.high, c.shapes, true)) {
      assertThat(check.operationTypes()).contains(c.type);
      check.check();
      seen.addAll(check.operationTypes());
    }
  }

  /** Rules compute what constants would say. */
  @ParameterizedTest
  @MethodSource("oneCaseAType")
  @Execution(ExecutionMode.CONCURRENT)
  void derivativesAreTheSameWhereOnlyTheRunKnowsTheShapes(Case c) {
    List<double[]> expected;
    try (var known = new DerivativeCheck(c.function, c.precision, c.low, c.high, c.shapes, true)) {
      expected = known.derivatives();
    }
    try (var unknown =
        new DerivativeCheck(c.function, c.precision, c.low, c.high, c.shapes, false)) {
      List<double[]> found = unknown.derivatives();
      for (int i = 0; i < expected.size(); i++) {
        NumericGradient.assertClose(found.get(i), expected.get(i), c.precision.tolerance());
      }
    }
  }

  /** Runs behind all cases: what gradients are made of is differentiated there too. */
  @AfterAll
  void everyRuleIsExercised() {
    if (seen.isEmpty()) {
      return;
    }
    var types = new TreeSet<>(GradientRegistry.operationTypes());
    types.addAll(GradientRegistry.tangentTypes());
    types.removeAll(seen);
    // Rules that another test adds as a user would.
    types.removeIf(type -> type.startsWith("Bessel"));
    assertThat(types).as("types with a rule that no case has").isEmpty();
  }
}
