package org.crossfade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/**
 * What a build outside of this one finds. tools/consumers/run looks at the artifacts themselves.
 */
class PublishedTest {
  private static final Path ROOT = Path.of("../..");

  private static List<String> modules;

  @BeforeAll
  static void readModules() throws IOException {
    modules = List.copyOf(ModuleGraph.read(ROOT).modules());
  }

  @Test
  void everyModuleIsInTheBillOfMaterials() throws IOException {
    var expected = new TreeSet<String>();
    for (String module : modules) {
      if (!module.equals("bom") && !module.equals("method-parent")) {
        expected.add(module.equals("crossfade") ? module : "crossfade-" + module);
      }
    }

    assertThat(texts("bom", "dependency", "artifactId")).containsAll(expected);
  }

  /** On the module path a jar is called by the package that all of its classes lie below. */
  @Test
  void modulesAreNamedByTheirPackage() throws IOException {
    int named = 0;
    for (String module : modules) {
      Path sources = ROOT.resolve("modules").resolve(module).resolve("src/main/java/org/crossfade");
      if (Files.isDirectory(sources) && !module.equals("crossfade")) {
        try (Stream<Path> packages = Files.list(sources)) {
          String name = texts(module, "properties", "module.name").stream().findFirst().orElse("");
          String method =
              texts(module, "properties", "crossfade.method").stream().findFirst().orElse("");
          assertThat(packages.map(path -> "org.crossfade." + path.getFileName()).toList())
              .as("packages below org.crossfade in modules/" + module + ", and its <module.name>")
              .containsExactly(name.isEmpty() ? "org.crossfade." + method : name);
          named++;
        }
      }
    }
    assertThat(named).isGreaterThan(10);
  }

  /** A library's user chooses one himself; a classifier in a published POM would choose for him. */
  @Test
  void noModuleBringsANativeTensorFlow() throws IOException {
    for (String module : modules) {
      assertThat(texts(module, "dependency", "artifactId"))
          .as("dependencies of modules/" + module)
          .doesNotContain("tensorflow-core-native");
      assertThat(texts(module, "dependency", "classifier")).as("in modules/" + module).isEmpty();
    }
  }

  /** Returns the texts of elements of a name below those of another, in a module's POM. */
  private static List<String> texts(String module, String parent, String name) throws IOException {
    Path pom = ROOT.resolve("modules").resolve(module).resolve("pom.xml");
    return Xml.named(Xml.read(pom).getDocumentElement(), name).stream()
        .filter(element -> element.getParentNode().getNodeName().equals(parent))
        .map(Element::getTextContent)
        .toList();
  }
}
