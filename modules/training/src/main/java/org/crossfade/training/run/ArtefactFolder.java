package org.crossfade.training.run;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.ArtefactWriter;
import org.crossfade.datasets.file.LabelPictures;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.Safetensors;

/** What a pass leaves: label maps as PNG files, arrays as safetensors, and a hash over all. */
public final class ArtefactFolder implements ArtefactWriter {
  /**
   * Says that an artefact is complete.
   *
   * @param files how many
   * @param sha256 over names and contents, in the order of names
   * @param starts fingerprint of the end of each phase whose weights made it
   */
  public record Inventory(int files, String sha256, Map<String, String> starts) {}

  private final Path folder;
  private final LabelSpace labels;
  private final Path pictures;

  /**
   * Opens a folder for writing.
   *
   * @param folder emptied first
   * @param labels gives label maps their palette
   * @param pictures where pictures go; made when the first one comes
   */
  public ArtefactFolder(Path folder, LabelSpace labels, Path pictures) throws IOException {
    Checkpoint.deleteFolder(folder);
    Files.createDirectories(folder);
    this.folder = folder;
    this.labels = labels;
    this.pictures = pictures;
  }

  @Override
  public void labelMap(String id, LabelMap map) throws IOException {
    LabelPictures.writeTrainIds(labelFile(folder, id), map, labels);
  }

  @Override
  public void array(String name, float[] values, long... shape) throws IOException {
    Safetensors.write(arrayFile(folder, name), List.of(NamedTensor.of(name, values, shape)));
  }

  @Override
  public void picture(String name, Image picture) throws IOException {
    Path file = pictures.resolve(name + ".png");
    Files.createDirectories(file.getParent());
    LabelPictures.writeImage(file, picture);
  }

  /** Returns the file of one label map in an artefact. */
  public static Path labelFile(Path folder, String id) {
    return folder.resolve(id + ".png");
  }

  /**
   * Returns one array of an artefact.
   *
   * @throws RunFolderException if the artefact has no such array
   */
  public static NamedTensor array(Path folder, String name) {
    Path file = arrayFile(folder, name);
    if (!Files.exists(file)) {
      throw new RunFolderException(
          "the artefact '"
              + folder
              + "' has no array '"
              + name
              + "', which a phase starts from: the pass '"
              + folder.getFileName()
              + "' must come before that phase and write it");
    }
    return Safetensors.read(file).get(name);
  }

  private static Path arrayFile(Path folder, String name) {
    return folder.resolve(name + ".safetensors");
  }

  /**
   * Returns the number and the hash of the files in an artefact.
   *
   * @param starts fingerprint of the end of each phase whose weights made it
   */
  public static Inventory inventory(Path folder, Map<String, String> starts) throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    List<Path> files;
    try (var walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      hasher.putString(folder.relativize(file).toString(), StandardCharsets.UTF_8);
      hasher.putBytes(Files.readAllBytes(file));
    }
    return new Inventory(files.size(), hasher.hash().toString(), starts);
  }
}
