package org.crossfade;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * What the POMs say: modules, and which of our own each depends on.
 *
 * @param modules by the name of their folder
 * @param papers those of them whose parent is {@code method-parent}
 * @param compiled dependencies that a module is compiled against
 * @param run dependencies that it has at run time only
 */
record ModuleGraph(Set<String> modules, Set<String> papers, Set<Arrow> compiled, Set<Arrow> run) {
  private static final String METHOD_PARENT = "method-parent";

  /** From one module to another. */
  record Arrow(String from, String to) {
    @Override
    public String toString() {
      return from + " -> " + to;
    }
  }

  /** Reads the POMs of a project. */
  static ModuleGraph read(Path root) throws IOException {
    var graph =
        new ModuleGraph(
            new TreeSet<>(), new TreeSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    var parent = new HashSet<Element>();
    Document aggregator = Xml.read(root.resolve("pom.xml"));
    for (Element module : Xml.named(aggregator.getDocumentElement(), "module")) {
      graph.modules.add(module.getTextContent().replace("modules/", ""));
    }
    parent.addAll(dependencies(root.resolve("modules").resolve(METHOD_PARENT)));
    for (String module : graph.modules) {
      Path folder = root.resolve("modules").resolve(module);
      Document pom = Xml.read(folder.resolve("pom.xml"));
      var all = new HashSet<>(dependencies(folder));
      for (Element inherited : Xml.named(pom.getDocumentElement(), "parent")) {
        if (artifact(inherited).equals(METHOD_PARENT)) {
          graph.papers.add(module);
          all.addAll(parent);
        }
      }
      all.forEach(dependency -> graph.add(module, dependency));
    }
    return graph;
  }

  private void add(String module, Element dependency) {
    var arrow = new Arrow(module, artifact(dependency));
    String scope =
        Xml.named(dependency, "scope").stream()
            .map(Element::getTextContent)
            .findFirst()
            .orElse("compile");
    if (modules.contains(arrow.to())) {
      if (scope.equals("compile")) {
        compiled.add(arrow);
      } else if (scope.equals("runtime")) {
        run.add(arrow);
      }
    }
  }

  private static Set<Element> dependencies(Path folder) throws IOException {
    Path pom = folder.resolve("pom.xml");
    var found = new LinkedHashSet<Element>();
    if (Files.exists(pom)) {
      for (Element dependency : Xml.named(Xml.read(pom).getDocumentElement(), "dependency")) {
        if (dependency.getParentNode().getParentNode().getNodeName().equals("project")) {
          found.add(dependency);
        }
      }
    }
    return found;
  }

  private static String artifact(Element element) {
    return Xml.named(element, "artifactId").get(0).getTextContent().replace("crossfade-", "");
  }

  /** Returns the arrows between ends of paths of arrows, these arrows among them. */
  static Set<Arrow> reachable(Set<Arrow> arrows) {
    var all = new HashSet<>(arrows);
    for (int before = -1; before < all.size(); ) {
      before = all.size();
      for (Arrow one : Set.copyOf(all)) {
        for (Arrow other : arrows) {
          if (one.to().equals(other.from())) {
            all.add(new Arrow(one.from(), other.to()));
          }
        }
      }
    }
    return all;
  }
}
