package org.crossfade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.crossfade.methodtest.MethodContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples compile as they are, and run. */
class ExamplesTest {
  private static final Path ROOT = Path.of("../..");
  private static final Path EXAMPLES = ROOT.resolve("examples");

  @TempDir private Path folder;

  @Test
  void fadaTrainsOnImagesOfAProgramAndLabelsOne() throws Exception {
    Path classes = compiled(sources(EXAMPLES.resolve("from-java/src/main/java")));
    var arguments = new ArrayList<>(List.of(folder.resolve("out").toString()));
    arguments.addAll(
        MethodContract.small("fada", List.of(), 1).settings().stream()
            // The data are the program's.
            .filter(setting -> !setting.startsWith("task."))
            .toList());
    try (var loader = loader(classes)) {
      within(
          loader,
          () ->
              loader
                  .loadClass("example.OwnImages")
                  .getMethod("main", String[].class)
                  .invoke(null, (Object) arguments.toArray(String[]::new)));
    }
    assertThat(folder.resolve("out/overlay.png")).isNotEmptyFile();
    assertThat(Files.readString(folder.resolve("out/run/config.conf")))
        .contains("name=bright", "name=dark");
  }

  @Test
  void aMethodOutsideOfTheProjectKeepsTheContract() throws Exception {
    Path project = EXAMPLES.resolve("own-method");
    var all = new ArrayList<>(sources(project.resolve("src/main/java")));
    all.addAll(sources(project.resolve("src/test/java")));
    try (var loader = loader(compiled(all), project.resolve("src/main/resources"))) {
      within(
          loader,
          () -> {
            Class<?> test = loader.loadClass("example.InfomaxContractTest");
            var constructor = test.getDeclaredConstructor();
            constructor.setAccessible(true);
            var law = test.getDeclaredMethod("keepsTheContract", Path.class);
            law.setAccessible(true);
            return law.invoke(constructor.newInstance(), folder.resolve("contract"));
          });
    }
  }

  @Test
  void theReadmesExamplesOfTheApiCompile() throws IOException {
    var examples = new ArrayList<Path>();
    for (String readme :
        List.of(
            "README.md",
            "modules/api/README.md",
            "modules/fada/README.md",
            "modules/baselines/README.md")) {
      String text = Files.readString(ROOT.resolve(readme));
      String java =
          Pattern.compile("(?s)```java\n(.*?)```")
              .matcher(text)
              .results()
              .map(block -> block.group(1))
              .filter(block -> block.contains("org.crossfade.api.Crossfade"))
              .findFirst()
              .orElseThrow();
      examples.add(wrapped("Example" + examples.size(), java));
    }
    assertThat(compiled(examples)).isNotEmptyDirectory();
  }

  /** What a README leaves to its reader: pictures, and data where the example makes none. */
  private Path wrapped(String name, String java) throws IOException {
    String imports =
        java.lines().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
    String statements =
        java.lines().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
    String data =
        statements.contains("var photos")
            ? ""
            : "org.crossfade.api.Dataset photos, org.crossfade.api.Dataset video, ";
    String picture = "java.awt.image.BufferedImage ";
    Path file = folder.resolve(name + ".java");
    Files.writeString(
        file,
        "%s%nclass %s {%n  static void run(%s%simage, %slabels, %sframe) throws Exception {%n%s%n}}%n"
            .formatted(imports, name, data, picture, picture, picture, statements),
        StandardCharsets.UTF_8);
    return file;
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private Path compiled(List<Path> sources) throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    var compiler = ToolProvider.getSystemJavaCompiler();
    var problems = new DiagnosticCollector<JavaFileObject>();
    try (var files = compiler.getStandardFileManager(problems, null, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of(
              "-d",
              classes.toString(),
              "-proc:none",
              "-classpath",
              // Surefire starts with a jar that names the others.
              System.getProperty(
                  "surefire.test.class.path", System.getProperty("java.class.path")));
      boolean fine =
          compiler
              .getTask(
                  null, files, problems, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(fine).as(problems.getDiagnostics().toString()).isTrue();
    }
    return classes;
  }

  private static URLClassLoader loader(Path... folders) throws IOException {
    var urls = new ArrayList<URL>();
    for (Path place : folders) {
      urls.add(place.toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ExamplesTest.class.getClassLoader());
  }

  /** Something that may fail in any way. */
  private interface Work {
    Object run() throws Exception;
  }

  /** Methods and their resources are found through the thread's class loader. */
  private static void within(ClassLoader loader, Work work) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      work.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
