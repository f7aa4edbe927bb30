package org.crossfade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.crossfade.training.cli.Command;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Lists in the README and in those of the modules are those of the code. */
class ReadmesTest {
  private static final Path ROOT = Path.of("../..");
  private static final Pattern MODULE = Pattern.compile("<module>(modules/[a-z-]+)</module>");
  private static final Pattern FIRST_CELL =
      Pattern.compile("(?m)^\\| ((?:`[a-z.-]+`(?:, )?)+) \\|");
  private static final Pattern WORD = Pattern.compile("`([a-z.-]+)`");

  @Test
  void theReadmesTableOfVerbsHasEveryVerb() throws IOException {
    assertThat(firstCells("README.md", "| Verb |"))
        .containsExactlyInAnyOrderElementsOf(
            ServiceLoader.load(Command.class).stream()
                .map(provider -> provider.get().verb())
                .toList());
  }

  @Test
  void theReadmeLinksToEveryModulesOwn() throws IOException {
    String readme = text("README.md");
    for (String module : modules()) {
      if (Files.exists(ROOT.resolve(module).resolve("README.md"))) {
        assertThat(readme).contains("](" + module + "/README.md)");
      }
    }
  }

  /** Those that have such a table: its first column is headed «package». */
  @TestFactory
  Stream<DynamicTest> tablesOfPackagesHaveEveryPackage() throws IOException {
    var tests = new ArrayList<DynamicTest>();
    for (String module : modules()) {
      Path readme = ROOT.resolve(module).resolve("README.md");
      if (Files.exists(readme) && Files.readString(readme).contains("| package |")) {
        tests.add(DynamicTest.dynamicTest(module, () -> hasEveryPackage(module)));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests.stream();
  }

  private static void hasEveryPackage(String module) throws IOException {
    Path sources = ROOT.resolve(module).resolve("src/main/java/org/crossfade");
    var packages = new TreeSet<String>();
    try (Stream<Path> files = Files.walk(sources)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .map(file -> sources.relativize(file.getParent()))
          // Of org/crossfade/core/nn the table says nn.
          .filter(place -> place.getNameCount() > 1)
          .map(place -> place.subpath(1, place.getNameCount()).toString().replace('/', '.'))
          .forEach(packages::add);
    }
    assertThat(firstCells(module + "/README.md", "| package |"))
        .containsExactlyInAnyOrderElementsOf(packages);
  }

  /** The names in the first column of the table with a header. */
  private static List<String> firstCells(String file, String header) throws IOException {
    String text = text(file);
    assertThat(text).as(file).contains("\n" + header);
    String table = text.substring(text.indexOf("\n" + header) + 1).split("\n\n", 2)[0];
    return FIRST_CELL
        .matcher(table)
        .results()
        .flatMap(row -> WORD.matcher(row.group(1)).results())
        .map((MatchResult word) -> word.group(1))
        .toList();
  }

  private static List<String> modules() throws IOException {
    List<String> modules =
        MODULE.matcher(text("pom.xml")).results().map(module -> module.group(1)).toList();
    assertThat(modules).isNotEmpty();
    return modules;
  }

  private static String text(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
