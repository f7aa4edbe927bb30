package org.crossfade.testkit;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The parity cases of one test class, each its own dynamic test named after the case:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> cases() {
 *   return ParityCases.of(CoreMetricParityTest.class)
 *       .claim("metric.iou", this::iou)
 *       .tests();
 * }
 *
 * private void iou(ParityCase parityCase, Expected expected) {
 *   int[] label = parityCase.ints("label");
 *   ...
 *   expected.check("iou", iou);
 * }
 * }</pre>
 *
 * A case passes when every field that it expects was checked and lies within its tolerance. A
 * directory without any case of these kinds gives no tests; a missing directory fails.
 */
public final class ParityCases {
  private final Class<?> testClass;
  private final Map<String, ParityCheck> checks = new TreeMap<>();

  private ParityCases(Class<?> testClass) {
    this.testClass = testClass;
  }

  /** The cases of a test class, which claims its kinds in {@link ClaimedKinds#RESOURCE}. */
  public static ParityCases of(Class<?> testClass) {
    return new ParityCases(testClass);
  }

  /** Runs the cases of a kind through a check. */
  public ParityCases claim(String kind, ParityCheck check) {
    if (checks.put(kind, check) != null) {
      throw new IllegalArgumentException("kind '" + kind + "' has two checks");
    }
    return this;
  }

  /**
   * One test for each case of the configured directory whose kind is claimed here.
   *
   * @throws IllegalStateException if the kinds differ from those that the module claims
   */
  public Stream<DynamicTest> tests() {
    var claimed = ClaimedKinds.onClassPath().of(testClass);
    if (!claimed.equals(checks.keySet())) {
      throw new IllegalStateException(
          "%s checks the kinds %s, but %s claims %s for it: make them equal"
              .formatted(testClass.getName(), checks.keySet(), ClaimedKinds.RESOURCE, claimed));
    }
    return tests(ParityDirectory.configured());
  }

  Stream<DynamicTest> tests(ParityDirectory directory) {
    return directory.cases().stream()
        .filter(parityCase -> checks.containsKey(parityCase.kind()))
        .map(
            parityCase ->
                DynamicTest.dynamicTest(
                    parityCase.name(),
                    () -> run(parityCase, directory.slackOf(parityCase.name()))));
  }

  private void run(ParityCase parityCase, double slack) throws Exception {
    Expected expected = new Expected(parityCase, slack);
    checks.get(parityCase.kind()).check(parityCase, expected);
    expected.finish();
  }
}
