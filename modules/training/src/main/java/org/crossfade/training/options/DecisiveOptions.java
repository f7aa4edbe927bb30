package org.crossfade.training.options;

import com.google.common.hash.Hashing;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.crossfade.core.graph.Precision;
import org.crossfade.datasets.kind.FromJava;

/**
 * The options that decide what a run computes: its task, its method's section, its seed, its
 * precision, its rule of selection (and how often is evaluated, where the best evaluation is
 * selected) and its protocol of scores. The others (threads, how often is logged and saved) may
 * change when a run is resumed.
 */
public final class DecisiveOptions {
  private static final String PRECISION = "run.precision";

  private static final String SELECTION = "run.selection";

  private static final List<String> OF_RUN =
      List.of("run.seed", SELECTION, "run.absent-classes", PRECISION);

  private final String method;
  private final Config options;

  /**
   * Selects from resolved options.
   *
   * @param options below {@code crossfade}
   * @param method name
   */
  public DecisiveOptions(Config options, String method) {
    this.method = method;
    Config selected = options.withOnlyPath("task").withFallback(options.withOnlyPath(method));
    for (String path : OF_RUN) {
      selected = selected.withFallback(options.withOnlyPath(path));
    }
    // The weights of the best evaluation are other weights where others are evaluated.
    if (selected.hasPath(SELECTION)
        && selected
            .getValue(SELECTION)
            .unwrapped()
            .equals(RunOptions.ModelSelection.BEST_ON_VALIDATION.key())) {
      selected = selected.withFallback(options.withOnlyPath("run.evaluate-every"));
    }
    // Records from before there was a choice don't name it, nor do their hashes.
    if (selected.hasPath(PRECISION)
        && selected.getValue(PRECISION).unwrapped().equals(Precision.FLOAT32.key())) {
      selected = selected.withoutPath(PRECISION);
    }
    this.options = FromJava.unnamed(TaskClasses.decisive(selected), "task");
  }

  /**
   * Returns a hash.
   *
   * @param weightsHash of the published weights that the run starts from, empty without
   */
  public String hash(String weightsHash) {
    return Hashing.sha256()
        .hashString(
            method + options.root().render(ConfigRenderOptions.concise()) + weightsHash,
            StandardCharsets.UTF_8)
        .toString();
  }

  /** Returns one line for each option that is not the same in {@code recorded}. */
  public List<String> differencesFrom(DecisiveOptions recorded) {
    Map<String, String> there = recorded.values();
    Map<String, String> here = values();
    var lines = new ArrayList<String>();
    var keys = new TreeMap<>(there);
    keys.putAll(here);
    for (String key : keys.keySet()) {
      String then = there.getOrDefault(key, "absent");
      String now = here.getOrDefault(key, "absent");
      if (!then.equals(now)) {
        lines.add(key + " was " + then + " and is now " + now);
      }
    }
    return lines;
  }

  private Map<String, String> values() {
    var values = new TreeMap<String, String>();
    values.put(PRECISION, ConfigUtil.quoteString(Precision.FLOAT32.key()));
    for (Map.Entry<String, ConfigValue> entry : options.entrySet()) {
      values.put(entry.getKey(), entry.getValue().render(ConfigRenderOptions.concise()));
    }
    return values;
  }
}
