package org.crossfade.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.cli.Typed;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.loop.StoppedException;
import org.crossfade.training.loop.TrainingListener;
import org.crossfade.training.run.RunFolderException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program trains on its own images, and uses what was learned. */
class TrainingTest {
  @TempDir private static Path folder;

  private static final InMemoryDataset PHOTOS = TinyData.labelled("photos", 5, 1);
  private static final InMemoryDataset VIDEO = TinyData.unlabelled("video", 4, 2);
  private static final InMemoryDataset HOLDOUT = TinyData.labelled("holdout", 2, 3);

  private static Path trained;

  private static Training tiny() {
    return Crossfade.method("tiny")
        .source(PHOTOS)
        .target(VIDEO)
        .validation(HOLDOUT)
        .options(TinyData.OPTIONS);
  }

  @BeforeAll
  static void train() throws IOException {
    trained = folder.resolve("trained");
    tiny().train(trained).close();
  }

  @Test
  void aModelHasTheSourcesClassesAndLabelsPicturesOfAnySize() throws IOException {
    try (TrainedModel model = TrainedModel.load(trained)) {
      Segmentation labels =
          model.predict(new BufferedImage(50, 20, BufferedImage.TYPE_4BYTE_ABGR_PRE));

      assertThat(model.classes())
          .extracting(SegmentationClass::name)
          .containsExactly(TinyData.CLASSES);
      assertThat(model.classes()).extracting(SegmentationClass::colour).doesNotHaveDuplicates();
      assertThat(labels.labels().width()).isEqualTo(50);
      assertThat(labels.labels().height()).isEqualTo(20);
      assertThat(labels.at(49, 19)).isIn(model.classes());
      assertThat(new java.awt.Color(labels.colours().getRGB(49, 19)))
          .isEqualTo(labels.at(49, 19).colour());
      assertThat(labels.overlay(0.5).getWidth()).isEqualTo(50);
    }
  }

  @Test
  void theMostProbableClassIsTheOneThatIsPredicted() throws IOException {
    BufferedImage picture = TinyData.picture(7);
    try (TrainedModel model = TrainedModel.load(trained)) {
      ClassProbabilities probable = model.probabilities(picture);
      Segmentation labels = model.predict(picture);

      for (int x = 0; x < 64; x += 9) {
        float best = 0;
        float sum = 0;
        int id = -1;
        for (int k = 0; k < probable.classes(); k++) {
          sum += probable.at(x, 20, k);
          if (probable.at(x, 20, k) > best) {
            best = probable.at(x, 20, k);
            id = k;
          }
        }
        assertThat(sum).isCloseTo(1, within(1e-5f));
        assertThat(labels.at(x, 20).id()).isEqualTo(id);
      }
    }
  }

  @Test
  void aModelScoresImagesWhoseClassesAreNumberedInAnotherOrder() throws IOException {
    InMemoryDataset sameInOtherOrder =
        TinyData.labelled("turned", 2, 3, List.of("car", "tree", "sky", "road"));
    try (TrainedModel model = TrainedModel.load(trained)) {
      EvaluationResult scores = model.evaluate(HOLDOUT);

      assertThat(scores.images()).isEqualTo(2);
      assertThat(model.evaluate(sameInOtherOrder).confusion()).isEqualTo(scores.confusion());
      assertThatThrownBy(() -> model.evaluate(VIDEO))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("'video' has no labels");
    }
  }

  @Test
  void theRunSaysWhatDataItHad() throws IOException {
    String config = Files.readString(trained.resolve("config.conf"));

    assertThat(config.replaceAll("\\s+", " "))
        .containsPattern("content=\"?[0-9a-f]{64}\"? images=5 kind=java name=photos")
        .contains("images=4 kind=java name=video", "images=2 kind=java name=holdout");
    assertThat(Files.readAllLines(trained.resolve("data/source.sha256")))
        .hasSize(5)
        .allMatch(line -> line.matches("[0-9a-f]{64}  photos-00000\\d"));
    assertThat(Files.readString(trained.resolve("run.json")))
        .contains("Crossfade.method(\\\"tiny\\\").source(photos).target(video)");
  }

  @Test
  void theProgramDoesNotGuessWhatDataAreMeant() {
    Typed evaluate = Typed.command("evaluate").add("--run-dir", trained).run();

    assertThat(evaluate.code()).isEqualTo(1);
    assertThat(evaluate.err())
        .contains("'holdout' (2 images", "came from a Java program", "--set task.PART=null");
  }

  @Test
  void theProgramEvaluatesOnFilesThatItIsTold() throws IOException {
    Path files = folder.resolve("files");
    for (int i = 0; i < HOLDOUT.size(); i++) {
      org.crossfade.datasets.file.LabelPictures.writeImage(
          files.resolve("images/" + i + ".png"), HOLDOUT.image(i));
      org.crossfade.datasets.file.LabelPictures.writeIds(
          files.resolve("labels/" + i + ".png"), HOLDOUT.label(i));
    }
    Typed evaluate =
        Typed.command("evaluate")
            .add("--run-dir", trained)
            .add("--set", "task.validation=null")
            .add("--set", "task.validation={kind = folder, split = all}")
            .add("--data-root", "folder=" + files)
            .run();

    assertThat(evaluate.err()).isEmpty();
    assertThat(evaluate.code()).isZero();
    try (TrainedModel model = TrainedModel.load(trained)) {
      Dataset folderOfFiles = Dataset.folder("files", files, TinyData.CLASSES);
      assertThat(model.evaluate(folderOfFiles).confusion())
          .isEqualTo(model.evaluate(HOLDOUT).confusion());
    }
  }

  @Test
  void aTrainingThatAnotherThreadStopsGoesOnToTheSameEnd() throws IOException {
    Path stopped = folder.resolve("stopped");
    var iterations = new ArrayList<String>();
    var self = new Training[1];
    self[0] =
        tiny()
            .listener(
                new TrainingListener() {
                  @Override
                  public void iterated(String phase, long iteration, long all) {
                    iterations.add(phase + " " + iteration);
                    if (iterations.size() == 2) {
                      inAnotherThread(self[0]::stop);
                    }
                  }
                });

    assertThatThrownBy(() -> self[0].train(stopped))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("after iteration 2 of 4");
    assertThat(stopped.resolve("checkpoints/source/00000002")).exists();
    self[0].train(stopped).close();

    assertThat(iterations).startsWith("source 1", "source 2", "source 3", "source 4");
    assertThat(TinyRuns.end(stopped, "target")).isEqualTo(TinyRuns.end(trained, "target"));
  }

  private static void inAnotherThread(Runnable work) {
    var thread = new Thread(work);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFolderOfOtherDataIsRefusedAndOneOfEqualDataGoesOn() throws IOException {
    InMemoryDataset otherPhotos = TinyData.labelled("photos", 4, 1);
    otherPhotos.add(PHOTOS.image(0), PHOTOS.label(4));
    assertThatThrownBy(() -> tiny().source(otherPhotos).train(trained))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("begun with other source data")
        .hasMessageContaining("photos-000004 holds something else");

    // Called otherwise, in another array: the same.
    byte[] end = TinyRuns.end(trained, "target");
    tiny().target(TinyData.unlabelled("video", 4, 2)).train(trained).close();
    assertThat(TinyRuns.end(trained, "target")).isEqualTo(end);
  }

  @Test
  void withoutValidationImagesAreHeldOut() throws IOException {
    Path ofTarget = folder.resolve("of-target");
    Training short_ =
        Crossfade.method("tiny")
            .source(PHOTOS)
            .options(TinyData.OPTIONS)
            .options("tiny.source.iterations = 1", "tiny.target-iterations = 0");
    short_.target(TinyData.labelled("video", 5, 2)).train(ofTarget).close();
    assertThat(Files.readString(ofTarget.resolve("config.conf")))
        .contains("\"video, trained\"", "\"video, held out\"");

    Path ofSource = folder.resolve("of-source");
    short_.target(VIDEO).train(ofSource).close();
    assertThat(Files.readString(ofSource.resolve("config.conf")))
        .contains("\"photos, trained\"", "\"photos, held out\"");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> Crossfade.method("tiny").train(folder.resolve("x")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no source and no target: call source(dataset) and target(dataset)");
    assertThatThrownBy(() -> Crossfade.method("phada"))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("no method 'phada' on the class path; there are ")
        .hasMessageContaining("tiny, tiny-twin")
        .hasMessageContaining("Methods that Crossfade has: adabn");
    assertThatThrownBy(() -> TrainedModel.load(folder.resolve("nowhere")))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("holds no run");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void theArtifactOfAMethodThatIsNotThereIsNamed() {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
      assertThatThrownBy(() -> Crossfade.method("fada"))
          .isInstanceOf(InvalidOptionsException.class)
          .hasMessageContaining("no method 'fada' on the class path; there is none")
          .hasMessageContaining("It is in org.crossfade:crossfade-fada");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void wrongOptionsAreRefusedBeforeAnythingIsWritten() {
    assertThatThrownBy(
            () -> tiny().options("tiny.target-rat = 1", "run.seed = x").train(folder.resolve("y")))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("options: tiny.target-rat = 1")
        .hasMessageContaining("unknown key 'tiny.target-rat'")
        .hasMessageContaining("'run.seed' must be a whole number")
        .hasMessageNotContaining("--set");
    assertThat(folder.resolve("y")).doesNotExist();
  }

  @Test
  void imagesThatDoNotFitTheirLabelsAreNamed() {
    var wrong = new InMemoryDataset("wrong", TinyData.CLASSES);
    wrong.add(new Image(2, 2, new byte[12]), new LabelMap(2, 2, new byte[] {0, 1, 2, 3}));
    var torn = new InMemoryDataset("torn", TinyData.CLASSES);
    torn.add(new Image(2, 2, new byte[12]), new LabelMap(1, 2, new byte[2]));

    assertThatThrownBy(() -> tiny().source(wrong).train(folder.resolve("z")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "'wrong' can't be used: image 0 has the label 3; its classes are 0 to 2");
    assertThatThrownBy(() -> tiny().source(torn).train(folder.resolve("z")))
        .hasMessageContaining("image 0 is an image of 2x2 and has a label map of 2x1");
    assertThatThrownBy(() -> tiny().target(new InMemoryDataset("none")).train(folder.resolve("z")))
        .hasMessageContaining("'none' has no image");
    assertThatThrownBy(() -> tiny().source(VIDEO).train(folder.resolve("z")))
        .hasMessageContaining("the source 'video' has no classes");
  }

  @Test
  void digitsThatTensorFlowDoesNotTakeAreRefusedAndLeftAlone() {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    Locale arabic = Locale.forLanguageTag("ar-EG-u-nu-arab");
    try {
      Locale.setDefault(Locale.Category.FORMAT, arabic);
      assertThatThrownBy(() -> tiny().train(folder.resolve("z")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT)");
      assertThat(Locale.getDefault(Locale.Category.FORMAT)).isEqualTo(arabic);
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }
}
