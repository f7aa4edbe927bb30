package org.crossfade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
  private static final Pattern IMPORT = Pattern.compile("(?m)^import ([\\w.]+);");
  private static final Pattern TYPE = Pattern.compile("(?<![\\w.])([A-Z]\\w+)");
  private static final Pattern VERSION =
      Pattern.compile("<artifactId>crossfade-parent</artifactId>\\s*<version>([^<]+)");
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

  @TestFactory
  Stream<DynamicTest> everyReadmeSaysHowToDependOnItsModule() throws IOException {
    String version = VERSION.matcher(text("pom.xml")).results().findFirst().orElseThrow().group(1);
    return readmes().entrySet().stream()
        .map(
            readme ->
                DynamicTest.dynamicTest(
                    readme.getKey(),
                    () ->
                        assertThat(blocks(readme.getValue(), "xml"))
                            .as("dependencies")
                            .anyMatch(
                                block ->
                                    block.contains("<dependency>")
                                        && block.contains(
                                            "<artifactId>" + readme.getKey() + "</artifactId>")
                                        && block.contains("<version>" + version))));
  }

  /** A reader who copies an example must not have to look for the packages of its classes. */
  @TestFactory
  Stream<DynamicTest> everyClassOfOursInAnExampleIsImported() throws IOException {
    Set<String> ours = ourTypes();
    return readmes().entrySet().stream()
        .map(
            readme ->
                DynamicTest.dynamicTest(
                    readme.getKey(), () -> importsWhatItNames(readme.getValue(), ours)));
  }

  private static void importsWhatItNames(String readme, Set<String> ours) {
    String java = String.join("\n", blocks(readme, "java"));
    List<String> imported =
        IMPORT.matcher(java).results().map(match -> match.group(1)).distinct().toList();
    assertThat(imported).filteredOn(name -> name.startsWith("org.crossfade.")).isSubsetOf(ours);
    List<String> simple = imported.stream().map(ReadmesTest::simpleName).toList();
    Set<String> oursBySimpleName =
        ours.stream().map(ReadmesTest::simpleName).collect(Collectors.toSet());
    assertThat(
            TYPE.matcher(java.replaceAll("\"[^\"\n]*\"|//.*", ""))
                .results()
                .map(match -> match.group(1))
                .filter(oursBySimpleName::contains))
        .isSubsetOf(simple);
  }

  private static String simpleName(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** The types of main sources, one a file. */
  private static Set<String> ourTypes() throws IOException {
    var types = new TreeSet<String>();
    for (String module : modules()) {
      Path sources = ROOT.resolve(module).resolve("src/main/java");
      if (Files.isDirectory(sources)) {
        try (Stream<Path> files = Files.walk(sources)) {
          files
              .map(file -> sources.relativize(file).toString())
              .filter(file -> file.endsWith(".java") && !file.endsWith("-info.java"))
              .map(file -> file.replace(".java", "").replace('/', '.'))
              .forEach(types::add);
        }
      }
    }
    return types;
  }

  private static List<String> blocks(String text, String language) {
    return Pattern.compile("(?s)```" + language + "\n(.*?)```")
        .matcher(text)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** Texts by the artifact of the module. */
  private static Map<String, String> readmes() throws IOException {
    var readmes = new TreeMap<String, String>();
    for (String module : modules()) {
      Path file = ROOT.resolve(module).resolve("README.md");
      if (Files.exists(file)) {
        String name = module.substring("modules/".length());
        readmes.put(name.equals("crossfade") ? name : "crossfade-" + name, Files.readString(file));
      }
    }
    readmes.put("crossfade-api", readmes.get("crossfade-api") + text("README.md"));
    return readmes;
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
