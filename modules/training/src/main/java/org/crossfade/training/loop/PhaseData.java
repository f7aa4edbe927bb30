package org.crossfade.training.loop;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.run.CacheFolder;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.session.CompiledPhase;
import org.crossfade.training.session.PhaseStreams;

/**
 * What the streams of a phase draw from.
 *
 * @param experiment has the data sets
 * @param phase whose streams they are
 * @param run has the label maps of earlier passes
 * @param artefacts hash of every artefact that earlier passes left
 */
record PhaseData(
    Experiment experiment, TrainingPhase phase, RunDirectory run, Map<String, String> artefacts) {

  /** Returns the samples that a stream draws from, with the labels that it carries. */
  Dataset dataset(StreamRequest request) {
    Dataset dataset = experiment.dataset(request);
    if (request.labels().artefact().isPresent()) {
      String pass = request.labels().artefact().get();
      return StreamDataset.relabelled(dataset, run.artefact(pass), hashOf(pass));
    }
    if (request.labels().groundTruth()) {
      return dataset;
    }
    return request
        .labels()
        .trusted()
        .map(margins -> StreamDataset.trusted(dataset, margins))
        .orElseGet(() -> StreamDataset.unlabelled(dataset));
  }

  private String hashOf(String pass) {
    String hash = artefacts.get(pass);
    if (hash == null) {
      throw new IllegalStateException(
          "phase '"
              + phase.name()
              + "' reads the labels of pass '"
              + pass
              + "', which does not come before it; the passes before are "
              + artefacts.keySet());
    }
    return hash;
  }

  /** Opens the streams of the phase where the loop stood. */
  void open(CompiledPhase compiled, Optional<SelectedSamples> selected, Optional<LoopState> resumed)
      throws IOException {
    for (StreamRequest request : phase.streams()) {
      long position = resumed.map(s -> s.streams().getOrDefault(request.name(), 0L)).orElse(0L);
      if (selected.filter(s -> s.request().equals(request)).isPresent()) {
        openEpoch(compiled.streams(), selected.get(), position);
      } else {
        compiled.open(request, dataset(request), phase.iterations(), position);
      }
    }
  }

  /** Opens the current epoch of the stream that is selected. */
  void openEpoch(PhaseStreams streams, SelectedSamples selected, long position) throws IOException {
    if (selected.over()) {
      return;
    }
    Dataset samples = selected.samples();
    streams.open(
        selected.request(),
        samples,
        selected.epochSeed(),
        samples.size(),
        position,
        CacheFolder.path());
  }
}
