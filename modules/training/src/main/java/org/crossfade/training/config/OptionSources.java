package org.crossfade.training.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.options.Hocon;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.core.options.OptionKinds;
import org.crossfade.core.options.OptionReader;
import org.crossfade.training.options.DecisiveOptions;
import org.crossfade.training.options.DeviceOptions;
import org.crossfade.training.options.TaskClasses;
import org.crossfade.training.session.NativePrecision;

/**
 * Where options come from, the strongest first: settings on the command line, files in the order in
 * which they were given (later ones win), the method's form on Streets if that was asked for, every
 * module's {@code reference.conf}.
 *
 * <p>A file may have parts {@code full { crossfade { ... } }} and {@code streets { crossfade { ...
 * } }} of options that hold at the published size and on Streets alone; what stands outside of them
 * wins. Its {@code row} says which row of a table the file makes, and holds no options.
 *
 * @param method name
 * @param streets whether the method's small form on Streets is used
 * @param files HOCON, with everything below {@code crossfade}
 * @param settings {@code key=value}, with keys below {@code crossfade}
 */
public record OptionSources(
    String method, boolean streets, List<Path> files, List<String> settings) {
  /** The part of a file that says which row of a table it makes. */
  public static final String ROW = "row";

  private static final String ROOT = "crossfade";
  private static final String FULL = "full";
  private static final String PRECISION = "run.precision";
  private static final String DEVICE = "run.device";
  private static final String STREETS = "streets";

  /** Copies the lists. */
  public OptionSources {
    files = List.copyOf(files);
    settings = List.copyOf(settings);
  }

  /**
   * Returns the resolved options below {@code crossfade}.
   *
   * @throws InvalidOptionsException if a source can't be parsed or has sections that nothing reads
   */
  public Config resolve() {
    Methods.named(method);
    Config user = ConfigFactory.empty();
    for (String setting : settings) {
      user = setting(setting).withFallback(user);
    }
    for (int i = files.size() - 1; i >= 0; i--) {
      user = user.withFallback(options(files.get(i)));
    }
    if (streets) {
      user = user.withFallback(streetsForm(method)).withFallback(resource("streets/common"));
    }
    try {
      Config all = Hocon.resolve(user.withFallback(Hocon.references()));
      requireKnown(user.root().entrySet(), List.of(ROOT), "");
      // Of the whole: a user's own part may refer to what only the whole defines.
      requireKnown(all.getObject(ROOT).entrySet(), sections(), ROOT + ".");
      return withPrecision(TaskClasses.inlined(all.getConfig(ROOT)));
    } catch (ConfigException e) {
      throw new InvalidOptionsException(List.of(String.valueOf(e.getMessage())), e);
    }
  }

  /** What this machine computes takes the place of {@code auto}: records say it, and a resume. */
  private static Config withPrecision(Config options) {
    boolean auto =
        options.hasPath(PRECISION)
            && options.getValue(PRECISION).unwrapped().equals(Precision.AUTO.key());
    if (!auto) {
      return options;
    }
    // What device there is matters here, and an unknown one is refused where records are read.
    DeviceOptions device =
        options.hasPath(DEVICE) && options.getString(DEVICE).equals("cpu")
            ? new DeviceOptions("cpu", false)
            : DeviceOptions.AUTO;
    return options.withValue(
        PRECISION,
        ConfigValueFactory.fromAnyRef(
            NativePrecision.of(device).fastest().key(), "precision auto"));
  }

  /**
   * Returns whether a method has a small form on Streets: a resource {@code
   * crossfade/streets/METHOD.conf}.
   */
  public static boolean hasStreetsForm(String method) {
    return Thread.currentThread()
            .getContextClassLoader()
            .getResource(ROOT + "/streets/" + method + ".conf")
        != null;
  }

  /** Returns options as HOCON text that {@link #resolve} reads back. */
  public static String render(Config options, String method) {
    Config shown =
        options
            .root()
            .toConfig()
            .withOnlyPath("task")
            .withFallback(options.withOnlyPath("run"))
            .withFallback(options.withOnlyPath(method))
            .atPath(ROOT);
    return "# Resolved options of method "
        + method
        + ".\n"
        + withoutDefaults(shown)
        + shown
            .root()
            .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
  }

  /**
   * Returns lines that empty every section with a kind: defaults of another kind, which lie below
   * when the text is read back, have options that this kind has not.
   */
  private static String withoutDefaults(Config shown) {
    var lines = new StringBuilder();
    emptySections(shown.root(), List.of(), lines);
    return lines.toString();
  }

  private static void emptySections(ConfigObject section, List<String> path, StringBuilder lines) {
    ConfigValue kind = section.get(OptionReader.KIND);
    if (kind != null && kind.unwrapped() instanceof String name && OptionKinds.isKind(name)) {
      lines.append(ConfigUtil.joinPath(path)).append(" = null\n");
      return;
    }
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(section).entrySet()) {
      if (entry.getValue() instanceof ConfigObject inner) {
        var below = new ArrayList<>(path);
        below.add(entry.getKey());
        emptySections(inner, below, lines);
      }
    }
  }

  /** Returns a hash of the options that decide what a run computes. */
  public static String hash(Config options, String method, String weightsHash) {
    return new DecisiveOptions(options, method).hash(weightsHash);
  }

  private static List<String> sections() {
    var sections = new ArrayList<>(List.of("task", "run"));
    Methods.all().stream().map(AdaptationMethod.Factory::name).forEach(sections::add);
    return sections;
  }

  private static void requireKnown(
      Iterable<Map.Entry<String, ConfigValue>> entries, List<String> known, String prefix) {
    var problems = new ArrayList<String>();
    for (Map.Entry<String, ConfigValue> entry : entries) {
      if (!known.contains(entry.getKey())) {
        problems.add(
            entry.getValue().origin().description()
                + ": unknown section '"
                + prefix
                + entry.getKey()
                + "'; known are "
                + String.join(", ", new TreeSet<>(known)));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidOptionsException(problems);
    }
  }

  private static Config setting(String setting) {
    if (setting.indexOf('=') < 1) {
      throw new InvalidOptionsException(
          List.of("--set " + setting + ": must look like key=value, e.g. run.seed=1"));
    }
    return Hocon.text(setting, "--set " + setting).atPath(ROOT);
  }

  private Config options(Path file) {
    Config whole = parse(file);
    Config own = whole.withoutPath(ROW).withoutPath(FULL).withoutPath(STREETS);
    String sized = streets ? STREETS : FULL;
    return whole.root().containsKey(sized)
        ? own.withFallback(whole.getObject(sized).toConfig())
        : own;
  }

  /**
   * Returns a file of options as it is.
   *
   * @throws InvalidOptionsException if there is none, or it can't be parsed
   */
  public static Config parse(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidOptionsException(List.of("--config " + file + ": there is no such file"));
    }
    return Hocon.file(file);
  }

  private static Config streetsForm(String method) {
    if (!hasStreetsForm(method)) {
      throw new InvalidOptionsException(
          List.of("--streets: method '" + method + "' has no small form on Streets"));
    }
    return resource("streets/" + method);
  }

  private static Config resource(String name) {
    return Hocon.resource(ROOT + "/" + name + ".conf");
  }
}
