package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.PixelSize;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.evaluation.TrainedModel;

/** {@code predict}: label maps, colours and overlays of images. */
@Parameters(
    commandDescription =
        "Label images: NAME-train-ids.png, NAME-colour.png, NAME-overlay.png; a folder's tree is"
            + " kept")
public final class PredictCommand implements Command {
  /** What is said before it starts: some machines have no more for one image. */
  private static final long WORTH_SAYING = 1L << 30;

  @ParametersDelegate private final ModelArguments model = new ModelArguments();

  @Parameter(description = "IMAGE-OR-FOLDER...", required = true)
  private List<String> inputs = new ArrayList<>();

  @Parameter(names = "--out", description = "Folder of the results", required = true)
  private String out;

  @Parameter(
      names = "--format",
      description =
          "pictures; or cityscapes, one NAME.png of label ids an image, as its server wants them")
  private String format = PredictedPictures.PICTURES;

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
    Path folder = Path.of(out);
    ImageInputs found = ImageInputs.at(places(), folder);
    ExperimentLoader loader = model.experiment().loadTrained();
    var pictures = PredictedPictures.of(format, loader.task().labelSpace());
    requireInputsStay(found, pictures, folder);
    var problems = new ArrayList<String>();
    try (TrainedModel trained = model.open(loader)) {
      Files.createDirectories(folder);
      for (Map.Entry<Path, Path> image : found.images().entrySet()) {
        try {
          requireMemory(image.getValue(), trained);
          Image read = ImageFiles.read(image.getValue());
          pictures.write(folder.resolve(image.getKey()), read, trained.predict(read));
        } catch (DataException e) {
          // The others are labelled all the same.
          problems.add(e.getMessage());
        }
      }
    }
    int labelled = found.images().size() - problems.size();
    System.out.println(
        labelled
            + " images labelled, in "
            + folder
            + (found.skipped() > 0
                ? "; %d passed over, which are hidden or lie in --out".formatted(found.skipped())
                : ""));
    if (problems.isEmpty()) {
      return CommandLine.DONE;
    }
    throw new DataException(
        "%d of %d images were not labelled:\n%s"
            .formatted(problems.size(), found.images().size(), String.join("\n", problems)));
  }

  private List<Path> places() {
    var places = new ArrayList<Path>();
    for (String input : inputs) {
      Path place = Path.of(input);
      if (!Files.exists(place)) {
        // JCommander takes a mistyped option for an image.
        throw new ParameterException(
            input.startsWith("--")
                ? "'" + input + "' is no option of predict"
                : place + ": there is no such file or folder");
      }
      places.add(place);
    }
    return places;
  }

  /** A result must not take the place of an image that is still to be read, nor of any other. */
  private static void requireInputsStay(ImageInputs found, PredictedPictures pictures, Path folder)
      throws IOException {
    var inputs = new HashMap<Path, Path>();
    for (Path image : found.images().values()) {
      if (Files.exists(image)) {
        inputs.put(image.toRealPath(), image);
      }
    }
    for (Map.Entry<Path, Path> image : found.images().entrySet()) {
      for (Path result : pictures.files(folder.resolve(image.getKey()))) {
        Path input = Files.exists(result) ? inputs.get(result.toRealPath()) : null;
        if (input != null) {
          throw new DataException(
              "%s is one of the images, and would be overwritten by a result of %s; give another --out"
                  .formatted(input, image.getValue()));
        }
      }
    }
  }

  /** Says what a large image needs before it is begun, and refuses what the machine has not. */
  private static void requireMemory(Path file, TrainedModel trained) {
    PixelSize size = ImageFiles.size(file);
    long needed = trained.bytesToPredict(size.height(), size.width());
    long there = TrainedModel.memoryOfMachine();
    if (needed > there) {
      throw new DataException(
          "%s: the scores of %s pixels need %d MB of memory, and this machine has %d MB; make the"
                  .formatted(file, size, needed >> 20, there >> 20)
              + " image smaller, or cut it into pieces");
    }
    if (needed > WORTH_SAYING) {
      System.err.printf("%s: %s pixels, needs %d MB of memory%n", file, size, needed >> 20);
    }
  }
}
