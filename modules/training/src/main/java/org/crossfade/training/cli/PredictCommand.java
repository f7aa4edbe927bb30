package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.datasets.file.LabelPictures;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.evaluation.TrainedModel;

/** {@code predict}: label maps, colours and overlays of images. */
@Parameters(
    commandDescription = "Label images: NAME-train-ids.png, NAME-colour.png, NAME-overlay.png")
public final class PredictCommand implements Command {
  private static final double OPACITY = 0.5;

  @ParametersDelegate private final ModelArguments model = new ModelArguments();

  @Parameter(description = "IMAGE-OR-FOLDER...", required = true)
  private List<String> inputs = new ArrayList<>();

  @Parameter(names = "--out", description = "Folder of the results", required = true)
  private String out;

  /** For {@link java.util.ServiceLoader}. */
  public PredictCommand() {}

  @Override
  public String verb() {
    return "predict";
  }

  @Override
  public boolean helpAsked() {
    return model.experiment().helpAsked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    List<Path> images = new ArrayList<>();
    for (String input : inputs) {
      requireNoOption(input);
      images.addAll(imagesAt(Path.of(input)));
    }
    ExperimentLoader loader = model.experiment().loadTrained();
    LabelSpace space = loader.task().labelSpace();
    Path folder = Path.of(out);
    try (TrainedModel trained = model.open(loader)) {
      Files.createDirectories(folder);
      for (Path file : images) {
        Image image = ImageFiles.read(file);
        LabelMap labels = trained.predict(image);
        String name = file.getFileName().toString().replaceFirst("\\.[^.]+$", "");
        LabelPictures.writeTrainIds(folder.resolve(name + "-train-ids.png"), labels, space);
        LabelPictures.writeImage(
            folder.resolve(name + "-colour.png"), LabelPictures.colours(labels, space));
        LabelPictures.writeImage(
            folder.resolve(name + "-overlay.png"),
            LabelPictures.overlay(image, labels, space, OPACITY));
      }
    }
    System.out.println(images.size() + " images labelled, in " + folder);
    return CommandLine.DONE;
  }

  /** JCommander takes a mistyped option for an image. */
  private static void requireNoOption(String input) {
    if (input.startsWith("--") && !Files.exists(Path.of(input))) {
      throw new ParameterException("'" + input + "' is no option of predict");
    }
  }

  private static List<Path> imagesAt(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      return List.of(path);
    }
    if (!Files.isDirectory(path)) {
      throw new ParameterException(path + ": there is no such file or folder");
    }
    try (var files = Files.list(path)) {
      List<Path> images =
          files
              .filter(f -> f.toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpg|jpeg)"))
              .sorted()
              .toList();
      if (images.isEmpty()) {
        throw new DataException(path + ": the folder holds no .png, .jpg or .jpeg file");
      }
      return images;
    }
  }
}
