package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.crossfade.backbones.TensorLayout;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyNetwork;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.session.WeightFiles;
import org.crossfade.training.session.WeightsDontFitException;
import org.crossfade.weights.FormulaWeights;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.Safetensors;
import org.crossfade.weights.WeightFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What commands make of files of weights that don't hold all that they need. */
class WeightsInUseTest {
  private static final SegmentationNetwork NETWORK =
      new TinyNetwork(19, BatchNorm.Mode.BATCH_STATISTICS);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "evaluate, without-classifier, lacks 2 of the",
    "evaluate, of-21-classes, 'has the shape [21, 4, 1, 1], the network needs [19, 4, 1, 1]'",
    "evaluate, without-statistics, buffers included",
    "evaluate, not-finite, 'stem.weight' holds NaN",
    "predict, without-classifier, lacks 2 of the",
    "predict, not-finite, 'stem.weight' holds NaN",
    "export, without-classifier, lacks 2 of the",
    "export, not-finite, 'stem.weight' holds NaN",
    "train, without-statistics, buffers included",
    "train, not-finite, 'stem.weight' holds NaN",
    "import-weights, not-finite, 'stem.weight' holds NaN"
  })
  void weightsThatDontFitAreRefusedByName(String verb, String fault, String message)
      throws IOException {
    Path file = write(fault);
    Path out = folder.resolve("out");

    Typed typed = typed(verb, file, out);

    assertThat(typed.code()).as(typed.out()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.err()).contains(file.toString(), message);
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"evaluate, whole", "predict, whole", "train, without-classifier"})
  void weightsThatFitAreUsed(String verb, String form) throws IOException {
    Typed typed = typed(verb, write(form), folder.resolve("out"));

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
  }

  private Typed typed(String verb, Path weights, Path out) {
    Typed.Line line =
        Typed.command(verb)
            .settings(
                "tiny.target-iterations = 0", "tiny.source.iterations = 1", "task.classes = 19")
            .add("--weights", weights);
    if (verb.equals("predict")) {
      Path image = folder.resolve("image.png");
      TinyFolders.image(image, 20, 10);
      line.add(image);
    }
    if (verb.equals("train") || verb.equals("evaluate")) {
      return line.add("--run-dir", out).run();
    }
    return line.add("--out", out).run();
  }

  @Test
  void eachNetworkTakesTheFileThatFitsIt() {
    var method = TinyRuns.experiment("tiny.target-iterations = 0").method();
    Path whole = write("whole");
    Path other = folder.resolve("other.safetensors");
    Safetensors.write(other, List.of(NamedTensor.of("layer1.weight", new float[2], 2)));

    assertThat(new WeightFiles(List.of(other, whole)).forTraining(method)).contains(whole);
    assertThat(new WeightFiles(List.of(other, whole)).forUse(NETWORK)).isEqualTo(whole);
    assertThat(WeightFiles.NONE.forTraining(method)).isEmpty();
    assertThatThrownBy(() -> new WeightFiles(List.of(other, other)).forTraining(method))
        .isInstanceOf(WeightsDontFitException.class)
        .hasMessageContaining("none of the files of weights fits tiny")
        .hasMessageContaining("layer1.weight");
    assertThatThrownBy(() -> new WeightFiles(List.of(whole, whole)).forTraining(method))
        .hasMessageContaining("several files of weights fit tiny");
  }

  @Test
  void importedWeightsMayReplaceTheirOwnFile() {
    Path file = write("whole");

    Typed typed =
        Typed.command("import-weights")
            .settings("task.classes = 19")
            .add("--weights", file, "--out", file)
            .run();

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
    Map<String, NamedTensor> after = WeightFile.read(file).tensors("", "");
    assertThat(after).hasSize(NETWORK.parameters().size());
    assertThat(after.get("stem.weight").toFloats())
        .isEqualTo(new FormulaWeights("", 0).values("stem.weight", 4, 3, 8, 8));
    assertThat(folder).isDirectoryNotContaining(f -> f.toString().endsWith(".part"));
  }

  @Test
  void fileThatIsNotThereIsWrongUsage() throws IOException {
    Path missing = folder.resolve("missing.pth");

    Typed typed = typed("train", missing, folder.resolve("out"));

    assertThat(typed.code()).isEqualTo(CommandLine.USAGE);
    assertThat(typed.err()).contains("--weights " + missing);
    assertThat(Files.exists(folder.resolve("out"))).isFalse();
  }

  private Path write(String form) {
    return switch (form) {
      case "whole" -> write(form, NETWORK, name -> true, Optional.empty());
      case "without-classifier" ->
          write(form, NETWORK, name -> !name.startsWith("classifier"), Optional.empty());
      case "without-statistics" ->
          write(form, NETWORK, name -> !name.contains("running"), Optional.empty());
      case "not-finite" -> write(form, NETWORK, name -> true, Optional.of("stem.weight"));
      default ->
          write(
              form,
              new TinyNetwork(21, BatchNorm.Mode.BATCH_STATISTICS),
              name -> true,
              Optional.empty());
    };
  }

  private Path write(
      String name, SegmentationNetwork network, Predicate<String> kept, Optional<String> broken) {
    var formula = new FormulaWeights("", 0);
    var tensors = new ArrayList<NamedTensor>();
    for (ParameterSpec spec : network.parameters()) {
      if (kept.test(spec.name())) {
        long[] shape = TensorLayout.toPytorch(spec.shape());
        float[] values = formula.values(spec.name(), shape);
        if (broken.filter(spec.name()::equals).isPresent()) {
          values[3] = Float.NaN;
        }
        tensors.add(NamedTensor.of(spec.name(), values, shape));
      }
    }
    Path file = folder.resolve(name + ".safetensors");
    Safetensors.write(file, tensors);
    return file;
  }
}
