package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.datasets.file.LabelPictures;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.options.DecisiveOptions;
import org.crossfade.training.run.ArtefactFolder;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Tensor;
import org.tensorflow.types.TInt32;

/** Divergence, coverage, artefacts: what a phase may and may not do. */
class LawsOfPhasesTest {
  @TempDir Path folder;

  @Test
  void aLossThatIsNotFiniteNamesPhaseTermAndIterationAndKeepsTheLastGoodCheckpoint()
      throws IOException {
    Experiment experiment =
        TinyRuns.experiment("tiny.source.segmenter.rate = 1e18", "run.checkpoint-every = 1");

    assertThatThrownBy(() -> TinyRuns.train(experiment, folder))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("phase 'source', iteration ")
        .hasMessageContaining("run folder");

    for (Path kept : new RunDirectory(folder).checkpoints(TinyMethod.SOURCE)) {
      assertThat(Checkpoint.state(kept).place().finished()).isFalse();
    }
    assertThat(Files.exists(new RunDirectory(folder).phase(TinyMethod.SOURCE))).isFalse();
  }

  @Test
  void theLossThatIsNotFiniteIsNamed() {
    Experiment experiment = TinyRuns.experiment("tiny.source.segmenter.rate = 1e30");

    assertThatThrownBy(() -> TinyRuns.train(experiment, folder))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("the loss 'seg' is ")
        .hasMessageContaining("No checkpoint of this phase was written yet");
  }

  /** The loss is from before the update: weights may be lost while it still looks well. */
  @Test
  void weightsThatAreNotFiniteAreNeverSaved() throws IOException {
    Experiment experiment =
        TinyRuns.experiment("tiny.source.segmenter.rate = 1e38", "tiny.source.iterations = 1");

    assertThatThrownBy(() -> TinyRuns.train(experiment, folder))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("iteration 1")
        .hasMessageContaining("not finite: ")
        .hasMessageContaining("segmenter.");
    assertThat(new RunDirectory(folder).checkpoints(TinyMethod.SOURCE)).isEmpty();
  }

  @Test
  void aWeightThatIsNeitherTrainedNorFrozenIsAnErrorThatNamesIt() {
    assertThatThrownBy(
            () -> TinyRuns.train(TinyRuns.experiment("tiny.fault = undecided-weight"), folder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("phase 'target'")
        .hasMessageContaining("neither with segmenter.stem.weight")
        .hasMessageNotContaining("classifier");
  }

  @Test
  void aWeightThatIsTrainedAndFrozenIsAnErrorThatNamesIt() {
    assertThatThrownBy(
            () -> TinyRuns.train(TinyRuns.experiment("tiny.fault = trained-and-frozen"), folder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("phase 'target'")
        .hasMessageContaining("both with segmenter.classifier.weight")
        .hasMessageNotContaining("stem");
  }

  @Test
  void aPassCannotStartFromPublishedWeights() {
    assertThatThrownBy(
            () ->
                TinyRuns.train(
                    TinyRuns.experiment("tiny.fault = pass-from-published-weights"), folder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("pass 'pseudo-labels'")
        .hasMessageContaining("segmenter");
  }

  @Test
  void aVariableStartsFromTheArrayThatAPassLeft() throws IOException {
    TinyRuns.train(TinyRuns.experiment("run.log-every = 1"), folder);

    assertThat(TinyRuns.metrics(folder))
        .filteredOn(line -> line.contains("\"numbers\""))
        .element(0, as(STRING))
        .contains("\"numbers\":6.0");
    assertThat(TinyRuns.metrics(folder))
        .filteredOn(line -> line.contains("\"numbers\""))
        .element(1, as(STRING))
        .contains("\"numbers\":3.0");
  }

  @Test
  void anArrayThatNoPassLeftIsNamed() {
    assertThatThrownBy(
            () ->
                TinyRuns.train(TinyRuns.experiment("tiny.fault = array-that-is-not-there"), folder))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("has no array 'letters'")
        .hasMessageContaining("'pseudo-labels'");
  }

  @Test
  void labelMapsAndArraysOfAnArtefactRoundTrip() throws IOException {
    LabelSpace space = LabelSpace.of(19);
    var map = new LabelMap(2, 3, new byte[] {0, 1, 18, (byte) 255, 7, 7});
    var artefact = new ArtefactFolder(folder.resolve("made"), space, folder.resolve("pictures"));
    artefact.labelMap("aachen_000001", map);
    artefact.array("prototypes", new float[] {1, 2, 3, 4}, 2, 2);

    var files = new LabelFiles(RawLabelTable.trainIds(space), LabelFiles.Channel.ONLY);
    LabelMap read = files.read(ArtefactFolder.labelFile(folder.resolve("made"), "aachen_000001"));
    assertThat(read.trainIds()).isEqualTo(map.trainIds());
    assertThat(read.width()).isEqualTo(3);
    assertThat(Files.exists(folder.resolve("made").resolve("prototypes.safetensors"))).isTrue();
    assertThat(ArtefactFolder.inventory(folder.resolve("made"), Map.of()).files()).isEqualTo(2);
  }

  @Test
  void picturesOfAPassLieBesideItsArtefact() throws IOException {
    Path made = folder.resolve("made");
    var artefact = new ArtefactFolder(made, LabelSpace.of(19), folder.resolve("pictures"));
    String empty = ArtefactFolder.inventory(made, Map.of()).sha256();
    var picture = new Image(1, 2, new byte[] {1, 2, 3, (byte) 200, (byte) 210, (byte) 220});

    artefact.picture("city/one", picture);

    assertThat(ImageFiles.read(folder.resolve("pictures/city/one.png"))).isEqualTo(picture);
    assertThat(ArtefactFolder.inventory(made, Map.of()).sha256()).isEqualTo(empty);
  }

  @Test
  void aPassVisitsAsManySamplesAsItSaysAndSeesTheirLabels() throws IOException {
    var seen = new ArrayList<String>();
    var classes = new HashSet<Integer>();
    var input =
        new StreamRequest(
            "images",
            Domain.SOURCE,
            1,
            List.of(new SampleTransform.Resize(16, 8)),
            StreamRequest.Sampling.SEQUENTIAL,
            StreamRequest.Labels.GROUND_TRUTH);
    var pass =
        new DatasetPass(
            "look",
            input,
            Map.of(),
            OptionalInt.of(3),
            context ->
                new DatasetPass.PassGraph(
                    Map.of("labels", context.tf().identity(context.labels("images"))),
                    writer ->
                        new DatasetPass.PassSink() {
                          @Override
                          public void accept(String id, Map<String, Tensor> outputs) {
                            seen.add(id);
                            ((TInt32) outputs.get("labels"))
                                .scalars()
                                .forEach(label -> classes.add(label.getInt()));
                          }

                          @Override
                          public void finish() {}
                        }));

    new PassRunner(
            TinyRuns.experiment(),
            pass,
            new RunDirectory(folder),
            new Listeners(List.of()),
            new StopSignal())
        .run();

    assertThat(seen).hasSize(3).doesNotHaveDuplicates();
    assertThat(classes).hasSizeGreaterThan(2).allMatch(c -> c < 19 || c == LabelSpace.IGNORE);
  }

  @Test
  void aChangedArtefactIsRefused() throws IOException {
    TinyRuns.train(TinyRuns.experiment(), folder);
    var run = new RunDirectory(folder);
    Path changed;
    try (var files = Files.list(run.artefact(TinyMethod.PSEUDO_LABELS))) {
      changed = files.filter(f -> f.toString().endsWith(".png")).findFirst().orElseThrow();
    }
    LabelPictures.writeTrainIds(
        changed, new LabelMap(32, 64, new byte[32 * 64]), LabelSpace.of(19));

    assertThatThrownBy(() -> TinyRuns.train(TinyRuns.experiment(), folder))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining(run.artefact(TinyMethod.PSEUDO_LABELS).toString())
        .hasMessageContaining("has changed since it was written");
  }

  /** Deleting the record alone would make a phase go on with other labels than it began with. */
  @Test
  void aPhaseThatWasTrainedOnAnotherArtefactIsRefused() throws IOException {
    TinyRuns.train(TinyRuns.experiment(), folder);
    var run = new RunDirectory(folder);
    Path extra = run.artefact(TinyMethod.PSEUDO_LABELS).resolve("extra.txt");
    Files.writeString(extra, "other");
    Path record = run.artefactRecord(TinyMethod.PSEUDO_LABELS);
    var inventory =
        ArtefactFolder.inventory(
            run.artefact(TinyMethod.PSEUDO_LABELS),
            Json.read(record, ArtefactFolder.Inventory.class).starts());
    Json.write(run.artefactRecord(TinyMethod.PSEUDO_LABELS), inventory);

    assertThatThrownBy(() -> TinyRuns.train(TinyRuns.experiment(), folder))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("phases/target")
        .hasMessageContaining("other artefacts");
  }

  /** Scans of labels are kept by fingerprint: pseudo labels of two runs must not share one. */
  @Test
  void theSamePassOfAnotherRunHasAnotherFingerprint() {
    Experiment experiment = TinyRuns.experiment();
    Path artefact = folder.resolve(TinyMethod.PSEUDO_LABELS);

    var one = StreamDataset.relabelled(experiment.data().target(), artefact, "one");
    var other = StreamDataset.relabelled(experiment.data().target(), artefact, "other");

    assertThat(one.fingerprint()).isNotEqualTo(other.fingerprint());
  }

  @Test
  void aPassThatWasCutOffLeavesNoRecord() {
    assertThatThrownBy(
            () -> TinyRuns.trainUntil(TinyRuns.experiment(), folder, TinyMethod.PSEUDO_LABELS, 1))
        .isInstanceOf(StoppedException.class);

    var run = new RunDirectory(folder);
    assertThat(run.artefactRecord(TinyMethod.PSEUDO_LABELS)).doesNotExist();
    assertThat(run.artefact(TinyMethod.PSEUDO_LABELS)).exists();
  }

  @Test
  void howOftenIsEvaluatedDecidesOnlyWhereTheBestEvaluationIsSelected() {
    assertThat(differences("selection = best-on-validation, ", 1, 2))
        .containsExactly("run.evaluate-every was 1 and is now 2");
    assertThat(differences("selection = last, ", 1, 2)).isEmpty();
  }

  private static List<String> differences(String run, int before, int now) {
    return new DecisiveOptions(evaluatedEvery(run, now), "tiny")
        .differencesFrom(new DecisiveOptions(evaluatedEvery(run, before), "tiny"));
  }

  private static Config evaluatedEvery(String run, int iterations) {
    return ConfigFactory.parseString(
        "task.classes = 19, run { " + run + "evaluate-every = " + iterations + " }");
  }

  @Test
  void anotherRunFoldersOptionsAreRefusedBeforeAnyWork() throws IOException {
    var first = new TrainingRun(TinyRuns.experiment(), folder, Optional.empty());
    Files.createDirectories(folder);
    Files.writeString(first.directory().config(), TinyRuns.experiment().options().text());
    Files.writeString(first.directory().results(), "{}");

    var other =
        new TrainingRun(
            TinyRuns.experiment("run.seed = 3", "tiny.target-rate = 0.5"),
            folder,
            Optional.empty());

    assertThatThrownBy(() -> other.train(List.of()))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("run.seed was 0 and is now 3")
        .hasMessageContaining("tiny.target-rate was 0.01 and is now 0.5")
        .hasMessageContaining("--run-dir");
    assertThatThrownBy(other::checkData).isInstanceOf(RunFolderException.class);
    assertThat(folder.resolve("tensorboard")).doesNotExist();
  }

  /** Rates go into a phase's key by what makes them, and not one by one. */
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void twoBillionIterationsStartAtOnce() {
    var experiment =
        TinyRuns.experiment(
            "tiny.source.iterations = 2000000000",
            "tiny.source.decay.horizon = 2000000000",
            "tiny.source.stream.sampling = shuffled");

    assertThatThrownBy(() -> TinyRuns.trainUntil(experiment, folder, TinyMethod.SOURCE, 1))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("after iteration 1 of 2000000000");
  }

  @Test
  void howOftenIsLoggedMayChangeWhenARunIsResumed() throws IOException {
    var run = new TrainingRun(TinyRuns.experiment("run.log-every = 1"), folder, Optional.empty());
    Files.writeString(run.directory().config(), TinyRuns.experiment().options().text());
    Files.writeString(run.directory().results(), "{}");

    run.requireOwnFolder();

    assertThat(TinyRuns.experiment("run.log-every = 1").options().hash())
        .isEqualTo(TinyRuns.experiment().options().hash());
  }
}
