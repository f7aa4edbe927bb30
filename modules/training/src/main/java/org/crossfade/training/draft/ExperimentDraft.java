package org.crossfade.training.draft;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.label.ClassDefinition;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.Hocon;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.core.options.OptionReader;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.options.TaskClasses;

/**
 * A commented file of options for folders of images: classes, label tables, sizes, and which images
 * are held out for validation. It begins with the method's small form, which starts from nothing
 * and trains in minutes on a CPU.
 */
public final class ExperimentDraft {
  /** One image in so many is held out, where nobody gave images for validation. */
  private static final int HELD_OUT = 5;

  /** As many labelled target images as methods of few shots are shown on Streets. */
  private static final int FEW = 18;

  private static final String BASELINE = "source-only";

  /**
   * What a draft is made from.
   *
   * @param method name
   * @param source folder of the source domain, with labels
   * @param target folder of the target domain
   * @param validation folder of labelled images of the target domain that training does not see
   * @param classes what {@code task.classes} is to say: the name of published classes or a file
   */
  public record Request(
      String method,
      Path source,
      Path target,
      Optional<Path> validation,
      Optional<String> classes) {}

  private final Request request;
  private final Path file;
  private final FolderScan source;
  private final FolderScan target;
  private final Optional<FolderScan> validation;
  private final ClassProposal classes;
  private final PixelSize size;
  private final Map<Path, String> files = new LinkedHashMap<>();

  /**
   * Looks at the folders.
   *
   * @param file of options that will be written; lists and a table of classes lie beside it
   * @throws DataException if a folder does not look as expected
   * @throws InvalidOptionsException if the method has no small form, or there are no such classes
   */
  public ExperimentDraft(Request request, Path file) {
    if (!OptionSources.hasStreetsForm(request.method())) {
      throw new InvalidOptionsException(
          List.of("method '" + request.method() + "' has no small form to begin from"));
    }
    this.request = request;
    this.file = file;
    this.source = FolderScan.of("source", request.source());
    this.target = FolderScan.of("target", request.target());
    this.validation = request.validation().map(root -> FolderScan.of("validation", root));
    requireLabels(source);
    validation.ifPresent(ExperimentDraft::requireLabels);
    this.classes = classes();
    this.size = ImageSizeProposal.of(target.size());
    write();
  }

  private static void requireLabels(FolderScan scan) {
    if (!scan.labelled()) {
      throw new DataException(
          "the %s has no labels: there is no folder %s, which holds for every image of images/ a PNG of the same name with the ids of its classes"
              .formatted(scan.part(), scan.root().resolve("labels")));
    }
  }

  private ClassProposal classes() {
    var scans = new ArrayList<>(List.of(source, target));
    validation.ifPresent(scans::add);
    if (request.classes().isEmpty()) {
      return ClassProposal.of(scans, tableFile().getFileName().toString());
    }
    String said = request.classes().get();
    Config config = Hocon.text("task.classes = \"" + said + "\"", "--classes " + said);
    LabelSpace space =
        LabelSpace.of(
            OptionReader.readOne(
                TaskClasses.expanded(config), "task.classes", ClassDefinition.class));
    String written =
        ClassDefinition.isPublished(said)
            ? said
            : ConfigUtil.quoteString(Path.of(said).toAbsolutePath().toString());
    return new ClassProposal(space, written, false);
  }

  /** Returns the files by their paths, that of options the first. */
  public Map<Path, String> files() {
    return files;
  }

  /** Returns what follows {@code --data-root}, one for each folder. */
  public List<String> dataRoots() {
    var roots = new ArrayList<String>();
    for (FolderScan scan : scans()) {
      roots.add(scan.part() + "=" + scan.root());
    }
    return roots;
  }

  private List<FolderScan> scans() {
    var scans = new ArrayList<>(List.of(source, target));
    validation.ifPresent(scans::add);
    return scans;
  }

  private Path tableFile() {
    return beside("-classes.csv");
  }

  private Path beside(String ending) {
    String name = file.getFileName().toString().replaceFirst("\\.conf$", "");
    return file.resolveSibling(name + ending);
  }

  private void write() {
    files.put(file, "");
    var text = new DraftText();
    text.line(
            "# An experiment on images of one's own, drafted by `init`. Every line may be changed;")
        .line("# `print-config --config FILE` shows all options, `check-data` what the files hold.")
        .line("")
        .line("# The small form of %s: a small network that starts from nothing.", said());
    methods()
        .forEach(
            method ->
                text.line("include required(classpath(\"crossfade/streets/%s.conf\"))", method));
    text.line("")
        .line("crossfade {")
        .line("  task {")
        .line("    name = %s", ConfigUtil.quoteString(name()));
    classLines(text);
    domains(text);
    text.line("  }").line("");
    runLines(text);
    text.line(
            "  # Every image is seen at %s: the shape of the target's %s, few pixels. Larger ones"
                + " see more",
            size, target.size())
        .line("  # and take longer; keep the sides multiples of 64.")
        .line(
            "  # Phases that train longer are better; the horizon of a phase's decay grows with"
                + " them.");
    methods().forEach(method -> methodLines(text, method));
    text.line("}");
    files.put(file, text.toString());
  }

  private String name() {
    return folderName(source) + " to " + folderName(target);
  }

  private static String folderName(FolderScan scan) {
    return scan.root().toAbsolutePath().normalize().getFileName().toString();
  }

  private void classLines(DraftText text) {
    text.line("");
    if (classes.found()) {
      text.line(
              "    # One class for each id that was found. Give them names, colours, things (what"
                  + " can")
          .line(
              "    # be counted) and groups in this table; classes are numbered from 0 by its"
                  + " lines.");
      files.put(tableFile(), classes.table());
    }
    text.line("    classes = %s", classes.written());
    for (int id = 0; id < classes.space().classes() && classes.found(); id++) {
      int raw = Integer.parseInt(classes.space().className(id).replaceAll("\\D", ""));
      if (!source.pixels().containsKey(raw)) {
        text.line("    # The source never shows id %d: it can't be learned there.", raw);
      } else if (target.labelled() && !target.pixels().containsKey(raw)) {
        text.line("    # The target never shows id %d.", raw);
      }
    }
  }

  private void domains(DraftText text) {
    List<String> none = List.of();
    if (validation.isPresent()) {
      domain(text, "source", source, none);
      domain(text, "target", target, none);
      domain(text, "validation", validation.get(), none);
    } else if (target.labelled()) {
      domain(text, "source", source, none);
      split(text, target);
    } else {
      text.line("")
          .line(
              "    # The target has no labels, so scores are those of held-out images of the"
                  + " SOURCE:")
          .line("    # they say nothing about the target. Label some images, and draft anew with")
          .line("    # --validation DIR.");
      splitSource(text);
    }
    Config form = form(request.method());
    if (form.hasPath("task.target-labels.shots-per-city")) {
      int trained = target.names().size() - (validation.isPresent() ? 0 : heldOut(target).size());
      text.line("")
          .line("    # Which target images this method sees with their labels: one in so many.")
          .line(
              "    target-labels { shots-per-city = null, one-in = %d }",
              Math.max(1, trained / FEW));
    }
  }

  private void split(DraftText text, FolderScan scan) {
    List<String> held = heldOut(scan);
    List<String> rest = scan.names().stream().filter(name -> !held.contains(name)).toList();
    text.line("").line("    # One image in %d of the target is held out for validation.", HELD_OUT);
    domain(text, "target", scan, list("-target-train.txt", rest.isEmpty() ? scan.names() : rest));
    domain(text, "validation", scan, list("-validation.txt", held));
  }

  private void splitSource(DraftText text) {
    List<String> held = heldOut(source);
    List<String> rest = source.names().stream().filter(name -> !held.contains(name)).toList();
    domain(
        text, "source", source, list("-source-train.txt", rest.isEmpty() ? source.names() : rest));
    domain(text, "target", target, List.of());
    domain(text, "validation", source, list("-validation.txt", held));
  }

  private static List<String> heldOut(FolderScan scan) {
    return IntStream.range(0, scan.names().size())
        .filter(i -> i % HELD_OUT == Math.min(HELD_OUT, scan.names().size()) - 1)
        .mapToObj(scan.names()::get)
        .toList();
  }

  private List<String> list(String ending, List<String> names) {
    Path list = beside(ending);
    files.put(list, String.join("\n", names) + "\n");
    return List.of("list = " + ConfigUtil.quoteString(list.toString()));
  }

  private void domain(DraftText text, String part, FolderScan scan, List<String> more) {
    text.line("")
        .line(
            "    # %d images of %s%s; root: --data-root %s=%s",
            scan.names().size(),
            scan.size(),
            scan.sizes() > 1 ? " and " + (scan.sizes() - 1) + " other sizes" : "",
            scan.part(),
            scan.root())
        .line("    %s {", part)
        .line("      kind = folder")
        .line("      split = all")
        .line("      alias = %s", scan.part());
    more.forEach(line -> text.line("      %s", line));
    Map<Integer, OptionalInt> entries = classes.entries(scan);
    if (scan.labelled() && entries.isEmpty()) {
      text.line("      # The label files hold the ids of the classes: no table is needed.");
    }
    if (scan.labelled() && !entries.isEmpty()) {
      text.line(
              "      # What each id stands for: a class's id or name, or 255 for pixels to ignore.")
          .line("      # From %d label files.", scan.looked());
      text.line("      label-table {");
      entries.forEach(
          (raw, id) -> {
            Optional<Integer> known =
                id.isPresent() ? Optional.of(id.getAsInt()) : Optional.empty();
            text.line(
                "        %d = %d   # %s",
                raw,
                known.map(this::inFiles).orElse(LabelSpace.IGNORE),
                classes.remark(scan, raw, known));
          });
      text.line("      }");
    }
    text.line("    }");
  }

  /** Tables say train ids as label files hold them. */
  private int inFiles(int id) {
    return id == LabelSpace.IGNORE
        ? id
        : classes.space().classNamesInFiles().indexOf(classes.space().className(id));
  }

  private void runLines(DraftText text) {
    text.line("  run {")
        .line("    seed = 0")
        .line("    # Scores and pictures of the validation images every so many iterations.")
        .line("    evaluate-every = 100")
        .line("    log-every = 20")
        .line("    checkpoint-every = 200")
        .line("  }")
        .line("");
  }

  /** The method and, to compare it with, what the source domain alone teaches. */
  private List<String> methods() {
    boolean known = Methods.all().stream().anyMatch(factory -> factory.name().equals(BASELINE));
    return request.method().equals(BASELINE) || !known
        ? List.of(request.method())
        : List.of(BASELINE, request.method());
  }

  private String said() {
    return String.join(" and of ", methods());
  }

  private Config form(String method) {
    return new OptionSources(method, true, List.of(), List.of()).resolve();
  }

  private void methodLines(DraftText text, String method) {
    Config form = form(method).getConfig(method);
    text.line("  %s {", method);
    ImageSizeProposal.lines(form, size).forEach(line -> text.line("    %s", line));
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(Map.copyOf(paths(form))).entrySet()) {
      text.line("    # %s = %s", entry.getKey(), entry.getValue().unwrapped());
    }
    text.line("  }");
  }

  private static Map<String, ConfigValue> paths(Config form) {
    var paths = new TreeMap<String, ConfigValue>();
    form.entrySet()
        .forEach(
            entry -> {
              if (entry.getKey().endsWith("iterations") || entry.getKey().endsWith(".horizon")) {
                paths.put(entry.getKey(), entry.getValue());
              }
            });
    return paths;
  }
}
