package org.crossfade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** What comes along with a module that somebody takes as a dependency, as the POMs say it. */
class LibrariesTest {
  private static final Path MODULES = Path.of("../../modules");
  private static final Set<String> CONSOLE =
      Set.of("logback-classic", "progressbar", "crossfade-console", "slf4j-simple");

  @Test
  void noLibraryBringsALogOrAConsole() throws IOException {
    for (String module : modules()) {
      if (!module.equals("console") && !module.equals("crossfade")) {
        assertThat(broughtBy(module)).as(module).doesNotContainAnyElementsOf(CONSOLE);
        assertThat(MODULES.resolve(module).resolve("src/main/resources/logback.xml"))
            .doesNotExist();
      }
    }
    assertThat(broughtBy("crossfade")).containsAll(Set.of("crossfade-console", "logback-classic"));
  }

  @Test
  void theApiAndAPaperAreAllThatAUserOfThePaperNeeds() throws IOException {
    assertThat(broughtBy("api")).contains("crossfade-training").doesNotContain("crossfade-fada");
    assertThat(broughtBy("fada"))
        .contains("crossfade-training", "crossfade-backbones", "crossfade-recipes")
        .doesNotContain("crossfade-compare", "crossfade");
  }

  /** Artifact ids on the run-time class path of who depends on a module, without it itself. */
  private static Set<String> broughtBy(String module) throws IOException {
    var found = new TreeSet<String>();
    var open = new ArrayList<>(List.of(module));
    var seen = new HashSet<String>();
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (seen.add(next)) {
        for (String artifact : broughtDirectly(MODULES.resolve(next))) {
          found.add(artifact);
          String ours =
              artifact.equals("crossfade") ? artifact : artifact.replace("crossfade-", "");
          if (Files.exists(MODULES.resolve(ours).resolve("pom.xml"))) {
            open.add(ours);
          }
        }
      }
    }
    return found;
  }

  private static List<String> broughtDirectly(Path folder) throws IOException {
    var found = new ArrayList<String>();
    Element project = Xml.read(folder.resolve("pom.xml")).getDocumentElement();
    for (Element parent : Xml.named(project, "parent")) {
      if (text(parent, "artifactId").equals("crossfade-method-parent")) {
        found.addAll(broughtDirectly(MODULES.resolve("method-parent")));
      }
    }
    for (Element dependency : Xml.named(project, "dependency")) {
      boolean own = dependency.getParentNode().getParentNode().equals(project);
      boolean along =
          !Set.of("test", "provided").contains(text(dependency, "scope"))
              && !text(dependency, "optional").equals("true");
      if (own && along) {
        found.add(text(dependency, "artifactId"));
      }
    }
    return found;
  }

  private static String text(Element element, String name) {
    return Xml.named(element, name).stream().map(Element::getTextContent).findFirst().orElse("");
  }

  private static List<String> modules() throws IOException {
    try (var folders = Files.list(MODULES)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("pom.xml")))
          .map(folder -> folder.getFileName().toString())
          .toList();
    }
  }
}
