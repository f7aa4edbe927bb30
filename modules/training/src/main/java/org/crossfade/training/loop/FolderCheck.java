package org.crossfade.training.loop;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.options.Hocon;
import org.crossfade.training.options.DecisiveOptions;
import org.crossfade.training.options.RecordedOptions;
import org.crossfade.training.run.FileProblem;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.Provenance;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;

/** Checks that a run's folder was begun with the same options and data. */
record FolderCheck(Experiment experiment, RunDirectory run) {
  private static final int LINES_SHOWN = 12;

  /**
   * Compares what the folder records with this run. A folder where nothing has been computed yet is
   * anybody's: a start that failed must not refuse the one that is right.
   *
   * @throws RunFolderException if they differ, with the differences, or if the folder has another
   *     format
   */
  void requireSame() throws IOException {
    if (!run.holdsWork()) {
      return;
    }
    Format.requireResumable(run);
    if (!Files.exists(run.config())) {
      return;
    }
    String method = experiment.methodName();
    Config there = RecordedOptions.read(run.config());
    Config here = Hocon.text(experiment.options().text(), "this run").getConfig("crossfade");
    var differences = new ArrayList<String>();
    if (Files.exists(run.provenance())) {
      Provenance recorded = provenance();
      if (!method.equals(recorded.method())) {
        throw refused(List.of("the method was " + recorded.method() + " and is now " + method));
      }
      if (!experiment.weights().hash().equals(recorded.weightsHash())) {
        differences.add("the published weights (--weights) are not those that it started from");
      }
    }
    differences.addAll(
        new DecisiveOptions(here, method).differencesFrom(new DecisiveOptions(there, method)));
    if (!differences.isEmpty()) {
      throw refused(differences);
    }
  }

  /**
   * Compares the data that the folder records with this run's. Reads files that it does not know.
   *
   * @throws RunFolderException naming the first file that differs
   */
  void requireSameData() throws IOException {
    if (run.holdsWork() && Files.exists(run.provenance())) {
      new DataRecord(experiment.data(), run).requireSame(provenance().datasets());
    }
  }

  private Provenance provenance() {
    try {
      return Json.read(run.provenance(), Provenance.class);
    } catch (IOException e) {
      throw new RunFolderException(
          "the run folder '"
              + run.root()
              + "' can't be used: "
              + run.provenance().getFileName()
              + " can't be read: "
              + FileProblem.describe(e),
          e);
    }
  }

  private RunFolderException refused(List<String> differences) {
    int more = differences.size() - LINES_SHOWN;
    return new RunFolderException(
        "the run folder '"
            + run.root()
            + "' holds a run with other options:\n  "
            + String.join("\n  ", differences.stream().limit(LINES_SHOWN).toList())
            + (more > 0 ? "\n  and " + more + " more" : "")
            + "\nGive another --run-dir; or go on with the recorded options: --config "
            + run.config());
  }
}
