package org.crossfade.training.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a run's results do not say about its cost; {@code cost.json} in its folder.
 *
 * @param seconds wall time of each phase that this run itself finished, passes over a data set
 *     included, by the process that finished it
 * @param peakResidentBytes largest resident set of the process while it trained this run, with what
 *     earlier runs of the same process left; empty where the system does not tell, or where the run
 *     trained nothing itself
 */
public record RunCost(Map<String, Double> seconds, Optional<Long> peakResidentBytes) {
  private static final String FILE = "cost.json";

  /** Copies the map. */
  public RunCost {
    seconds = new LinkedHashMap<>(seconds);
  }

  /** Returns what a run's folder holds, or nothing measured. */
  public static RunCost read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.exists(file)
        ? Json.read(file, RunCost.class)
        : new RunCost(Map.of(), Optional.empty());
  }

  /** Writes this into a run's folder. */
  public void write(Path folder) throws IOException {
    Json.write(folder.resolve(FILE), this);
  }

  /** Returns this with one more phase; the larger of two peaks stays. */
  public RunCost with(String phase, double phaseSeconds, Optional<Long> peak) {
    var all = new LinkedHashMap<>(seconds);
    all.put(phase, phaseSeconds);
    Optional<Long> larger =
        peak.isPresent() && peakResidentBytes.isPresent()
            ? Optional.of(Math.max(peak.get(), peakResidentBytes.get()))
            : peak.or(() -> peakResidentBytes);
    return new RunCost(all, larger);
  }
}
