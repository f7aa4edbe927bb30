package org.crossfade;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.training.config.Methods;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who knows whom: the picture in CONTRIBUTING, held against the classes of all modules. */
class ArchitectureTest {
  private static final String ROOT = "org.crossfade.";

  /** A module, which is a package below the root, and those that its classes may name. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("autodiff", Set.of()),
          Map.entry("weights", Set.of()),
          Map.entry("core", Set.of("autodiff", "weights")),
          Map.entry("tsne", Set.of("core")),
          Map.entry("recipes", Set.of("core", "autodiff")),
          Map.entry("backbones", Set.of("core", "autodiff", "weights")),
          Map.entry("datasets", Set.of("core")),
          Map.entry("training", Set.of("core", "autodiff", "weights", "datasets", "backbones")),
          Map.entry("tables", Set.of("training", "core", "datasets")),
          Map.entry(
              "benchmark",
              Set.of("training", "core", "autodiff", "weights", "datasets", "backbones")),
          Map.entry("onnx", Set.of("training", "core")),
          Map.entry("report", Set.of("training", "core", "datasets")),
          Map.entry("console", Set.of("training")),
          Map.entry("api", Set.of("training", "core", "datasets")),
          Map.entry("serving", Set.of("report", "training", "core", "datasets")),
          Map.entry("compare", Set.of("tables", "report", "training", "core", "datasets")),
          Map.entry("program", Set.of("training", "core")),
          Map.entry("testkit", Set.of("weights")),
          Map.entry(
              "methodtest",
              Set.of(
                  "training",
                  "core",
                  "recipes",
                  "backbones",
                  "autodiff",
                  "weights",
                  "datasets",
                  "testkit")));

  /** Neither a paper nor the baselines see the loop, the data sets, or each other. */
  private static final Set<String> A_METHOD_MAY_KNOW =
      Set.of("core", "recipes", "backbones", "autodiff", "weights");

  private static final String TESTS =
      ArchitectureTest.class.getProtectionDomain().getCodeSource().getLocation().getPath();

  private static JavaClasses all;

  @BeforeAll
  static void readClasses() {
    all =
        new ClassFileImporter()
            .withImportOption(location -> !location.contains(TESTS))
            .importPackages("org.crossfade");
  }

  @Test
  void packagesImportEachOtherInNoCircle() {
    slices().matching("org.crossfade.(**)").should().beFreeOfCycles().check(all);
  }

  @Test
  void messagesKnowWhichArtifactBringsAMethod() {
    assertThat(Methods.artifacts())
        .isEqualTo(
            Methods.all().stream()
                // Those that tests alone have are in no artifact.
                .filter(
                    factory -> !MAY_KNOW.containsKey(module(factory.getClass().getPackageName())))
                .collect(
                    Collectors.toMap(
                        AdaptationMethod.Factory::name,
                        factory -> "crossfade-" + module(factory.getClass().getPackageName()))));
  }

  @TestFactory
  Stream<DynamicTest> everyModuleKnowsOnlyWhomItMay() {
    Set<String> methods =
        Methods.all().stream()
            .map(AdaptationMethod.Factory::getClass)
            .map(factory -> module(factory.getPackageName()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(methods).hasSizeGreaterThan(1).doesNotContainAnyElementsOf(MAY_KNOW.keySet());
    return all.stream()
        .map(JavaClass::getPackageName)
        .filter(name -> name.startsWith(ROOT))
        .map(ArchitectureTest::module)
        .distinct()
        .sorted()
        .map(
            module ->
                DynamicTest.dynamicTest(module, () -> knowsOnly(module, mayKnow(module, methods))));
  }

  private static Set<String> mayKnow(String module, Set<String> methods) {
    Set<String> others = methods.contains(module) ? A_METHOD_MAY_KNOW : MAY_KNOW.get(module);
    assertThat(others)
        .as(
            "whom the package %s%s may know: it holds no method, so MAY_KNOW has to say it",
            ROOT, module)
        .isNotNull();
    var known = new HashSet<>(others);
    known.add(module);
    return known;
  }

  private static void knowsOnly(String module, Set<String> known) {
    classes()
        .that(describe("are of " + module, type -> isOf(type, Set.of(module))))
        .should()
        .onlyDependOnClassesThat(
            describe(
                "are of " + new TreeSet<>(known) + " or not ours",
                type -> !type.getPackageName().startsWith(ROOT) || isOf(type, known)))
        .check(all);
  }

  private static boolean isOf(JavaClass type, Set<String> modules) {
    return type.getPackageName().startsWith(ROOT)
        && modules.contains(module(type.getPackageName()));
  }

  private static String module(String packageName) {
    return packageName.substring(ROOT.length()).split("\\.", 2)[0];
  }
}
