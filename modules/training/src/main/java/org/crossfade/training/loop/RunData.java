package org.crossfade.training.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.options.OptionReader;
import org.crossfade.datasets.check.DataCheck;
import org.crossfade.datasets.check.DataCheck.Depth;
import org.crossfade.datasets.check.DataReport;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.training.run.CacheFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run asks of its data.
 *
 * @param experiment has the data sets and the streams that draw from them
 */
record RunData(Experiment experiment) {
  private static final Logger LOG = LoggerFactory.getLogger(RunData.class);
  private static final int REMARKS_SHOWN = 3;

  /** A check that reads what has changed alone. */
  @FunctionalInterface
  interface Cheap {
    /** Checks. */
    void check() throws IOException;
  }

  /**
   * Checks the files of all data sets.
   *
   * @param beforeDecoding is made before hours of decoding
   * @throws DataException with everything that was found
   */
  void requireSound(Cheap beforeDecoding) throws IOException {
    var datasets = new LinkedHashSet<>(experiment.data().byPart().values());
    try (var pool = new DecodingPool(experiment.run().decodingThreads())) {
      var headers = new LinkedHashMap<Dataset, DataReport>();
      datasets.forEach(set -> headers.put(set, DataCheck.check(set, Depth.HEADERS, pool)));
      requireSound(headers.values());
      requireLabels(experiment.data().validation(), "validation");
      streams().forEach(this::requireLabels);
      // Before hours of decoding: it only reads what has changed.
      beforeDecoding.check();
      var decoded = new ArrayList<DataReport>();
      for (Dataset dataset : datasets) {
        decoded.add(DataCheck.onceInFull(dataset, headers.get(dataset), CacheFolder.path(), pool));
      }
      requireSound(decoded);
      decoded.forEach(RunData::warn);
      new StreamCheck(experiment, pool).require();
    }
  }

  private static void warn(DataReport report) {
    report
        .warnings()
        .forEach(warning -> LOG.warn("{} {}: {}", report.name(), report.split(), warning));
    int more = report.remarks().size() - REMARKS_SHOWN;
    report.remarks().stream()
        .limit(REMARKS_SHOWN)
        .forEach(remark -> LOG.info("{} {}: {}", report.name(), report.split(), remark));
    if (more > 0) {
      LOG.info("{} {}: and {} remarks more, see check-data", report.name(), report.split(), more);
    }
    for (String absence : report.absences()) {
      LOG.info("{} {}: {}", report.name(), report.split(), absence);
    }
  }

  private static void requireSound(Collection<DataReport> reports) {
    List<String> broken =
        reports.stream().filter(report -> !report.ok()).map(DataReport::render).toList();
    if (!broken.isEmpty()) {
      throw new DataException("the data can't be used:\n" + String.join("\n", broken));
    }
  }

  private Stream<StreamRequest> streams() {
    return experiment.method().phases().stream().flatMap(RunData::streams);
  }

  private static Stream<StreamRequest> streams(Phase phase) {
    return phase instanceof TrainingPhase training
        ? training.streams().stream()
        : Stream.of(((DatasetPass) phase).input());
  }

  /** Methods that see labels of the target can't be compared with such as don't, unsaid. */
  int targetLabels() {
    boolean read =
        streams()
            .anyMatch(stream -> stream.domain() == Domain.TARGET && stream.labels().groundTruth());
    return read ? experiment.data().labelledTarget().size() : 0;
  }

  /** A stream that reads ground truth, or draws by class, can't do without. */
  private void requireLabels(StreamRequest stream) {
    boolean byClass =
        (stream.sampling() == StreamRequest.Sampling.CLASS_BALANCED
                || stream.sampling() == StreamRequest.Sampling.RARE_CLASSES)
            && stream.labels().artefact().isEmpty();
    // Asked for in any case: a stream of unlabelled images may find none left.
    Dataset dataset = experiment.dataset(stream);
    if (stream.labels().groundTruth() || byClass) {
      requireLabels(dataset, OptionReader.key(stream.domain().name()));
    }
  }

  private static void requireLabels(Dataset dataset, String part) {
    if (!dataset.labelled()) {
      throw new DataException(
          "the "
              + part
              + " data set "
              + dataset.name()
              + " ("
              + dataset.split()
              + ") has no labels, which it needs; add them, or choose another split");
    }
  }
}
