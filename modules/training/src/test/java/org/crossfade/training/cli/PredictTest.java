package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.crossfade.backbones.TensorLayout;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.datasets.file.IdFiles;
import org.crossfade.datasets.kind.Cityscapes;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyNetwork;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.weights.FormulaWeights;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.Safetensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of images as they come, and where their results go. */
class PredictTest {
  /** Where the first chunk of a PNG has the width, the height behind it. */
  private static final int WIDTH_OF_PNG = 16;

  @TempDir static Path shared;
  private static Path weights;

  @TempDir Path folder;

  @BeforeAll
  static void writeWeights() {
    weights = shared.resolve("weights.safetensors");
    var formula = new FormulaWeights("", 0);
    var tensors = new ArrayList<NamedTensor>();
    for (ParameterSpec spec : new TinyNetwork(19, BatchNorm.Mode.BATCH_STATISTICS).parameters()) {
      tensors.add(formula.tensor(spec.name(), TensorLayout.toPytorch(spec.shape())));
    }
    Safetensors.write(weights, tensors);
  }

  private Typed predict(Object... words) {
    return Typed.command("predict").settings().add("--weights", weights).add(words).run();
  }

  private Path image(String place) {
    Path file = folder.resolve(place);
    TinyFolders.image(file, 16, 8);
    return file;
  }

  private static List<String> below(Path out) throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> out.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  @Test
  void imagesOfEqualNamesInTwoFoldersBothHaveResults() throws IOException {
    image("front/000001.png");
    image("rear/000001.png");
    image("rear/000002.png");
    image("city/a/x.png");
    Path out = folder.resolve("out");

    Typed typed =
        predict(
            "--format",
            "cityscapes",
            "--out",
            out,
            folder.resolve("front"),
            folder.resolve("rear"),
            folder.resolve("city"));

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
    assertThat(typed.out()).contains("4 images labelled");
    assertThat(below(out))
        .containsExactly("a/x.png", "front/000001.png", "rear/000001.png", "rear/000002.png");
  }

  @Test
  void oneStemOfTwoFormatsKeepsItsExtensions() throws IOException {
    image("d/x.png");
    // The content decides what a file is.
    Files.copy(folder.resolve("d/x.png"), folder.resolve("d/x.jpg"));
    Path out = folder.resolve("out");

    Typed typed = predict("--out", out, "--format", "cityscapes", folder.resolve("d"));

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
    assertThat(below(out)).containsExactly("x.jpg.png", "x.png.png");
  }

  @Test
  void hiddenFilesAndEarlierResultsArePassedOverAndCounted() throws IOException {
    image("d/x.png");
    image("d/.thumbnails/x.png");
    image("d/@eaDir/x.png");
    image("d/out/old-colour.png");
    Files.write(folder.resolve("d/._x.png"), new byte[] {0, 5, 22, 7});
    Path out = folder.resolve("d/out");

    Typed typed = predict("--out", out, "--format", "cityscapes", folder.resolve("d"));

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
    assertThat(typed.out()).contains("1 images labelled", "4 passed over");
    assertThat(below(out)).containsExactly("old-colour.png", "x.png");
  }

  @Test
  void oneBadImageAmongManyIsListedAndTheOthersAreLabelled() throws IOException {
    image("d/a.png");
    Path bad = folder.resolve("d/b.png");
    Files.write(bad, "no picture".getBytes(StandardCharsets.UTF_8));
    image("d/c.png");
    Path out = folder.resolve("out");

    Typed typed = predict("--out", out, "--format", "cityscapes", folder.resolve("d"));

    assertThat(typed.code()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.out()).contains("2 images labelled");
    assertThat(typed.err()).contains("1 of 3 images were not labelled", bad.toString());
    assertThat(below(out)).containsExactly("a.png", "c.png");
  }

  @Test
  void anImageThatNeedsMoreMemoryThanTheMachineHasIsRefusedBeforeItIsRead() throws IOException {
    assumeThat(TrainedModel.memoryOfMachine()).isLessThan(100L << 30);
    Path huge = image("huge.png");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(huge));
    bytes.putInt(WIDTH_OF_PNG, 24_000).putInt(WIDTH_OF_PNG + 4, 24_000);
    var checksum = new CRC32();
    checksum.update(bytes.array(), WIDTH_OF_PNG - 4, 17);
    bytes.putInt(WIDTH_OF_PNG + 13, (int) checksum.getValue());
    Files.write(huge, bytes.array());

    Typed typed = predict("--out", folder.resolve("out"), huge);

    assertThat(typed.code()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.err())
        .contains(huge.toString(), "24000x24000")
        .containsPattern("need \\d+ MB of memory, and this machine has \\d+ MB")
        .contains("cut it into pieces");
  }

  @Test
  void resultsNeverTakeThePlaceOfAnImage() throws IOException {
    image("d/x.png");
    byte[] photo = Files.readAllBytes(image("d/x-colour.png"));

    Typed typed = predict("--out", folder.resolve("d"), folder.resolve("d"));
    Typed same =
        predict("--out", folder.resolve("d"), "--format", "cityscapes", folder.resolve("d"));

    assertThat(typed.code()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.err()).contains("x-colour.png", "would be overwritten", "--out");
    assertThat(same.code()).isEqualTo(CommandLine.FAILED);
    assertThat(folder.resolve("d/x-colour.png")).hasBinaryContent(photo);
    assertThat(below(folder.resolve("d"))).containsExactly("x-colour.png", "x.png");
  }

  @Test
  void cityscapesFormatIsOneFileOfLabelIds() throws IOException {
    Path image = image("berlin_000000_000019_leftImg8bit.png");
    Path out = folder.resolve("out");

    predict("--out", out.resolve("ids"), "--format", "cityscapes", image);
    predict("--out", out.resolve("pictures"), image);

    int[] ids = IdFiles.read(out.resolve("ids/berlin_000000_000019_leftImg8bit.png")).ids();
    int[] trainIds =
        IdFiles.read(out.resolve("pictures/berlin_000000_000019_leftImg8bit-train-ids.png")).ids();
    assertThat(ids).hasSize(16 * 8);
    List<String> classes = LabelSpace.of(19).classNames();
    for (int i = 0; i < ids.length; i++) {
      assertThat(Cityscapes.RAW_IDS.get(ids[i])).isEqualTo(classes.get(trainIds[i]));
    }
  }

  @Test
  void anUnknownFormatIsWrongUsage() {
    Typed typed = predict("--out", folder.resolve("out"), "--format", "coco", image("x.png"));

    assertThat(typed.code()).isEqualTo(CommandLine.USAGE);
    assertThat(typed.err()).contains("coco", "pictures, cityscapes");
  }
}
