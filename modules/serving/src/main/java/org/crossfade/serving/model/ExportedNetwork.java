package org.crossfade.serving.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.transform.SampleTransforms;
import org.crossfade.training.run.Json;

/**
 * What {@code export} wrote, whatever runs it. Images are resized to the size that it takes, or
 * where it takes any, that it was scored at; and its probabilities back: where an image has another
 * size than that, labels at borders may differ from those of {@code predict}, which resizes the
 * network's own smaller answer.
 */
abstract class ExportedNetwork implements LoadedModel {
  /** Of a height or width that the network does not prescribe. */
  static final long ANY = -1;

  /** Bytes a pixel of the image, its labels, colours and overlay, and their files. */
  private static final int PICTURES = 24;

  private final String title;
  private final LabelSpace space;
  private final Size size;

  /**
   * A size of images; {@link #ANY} where a network says nothing of it.
   *
   * @param height H
   * @param width W
   */
  record Size(long height, long width) {
    /**
     * Returns the size at which a network is asked: its own, or else that at which it was scored.
     *
     * @param inference the property {@code crossfade.inference}; empty if it is not known
     * @param file in which that stands
     */
    static Size of(long height, long width, String inference, Path file) throws IOException {
      if (height != ANY || inference.isEmpty()) {
        return new Size(height, width);
      }
      JsonNode scored = Json.readLine(file, 1, inference);
      return new Size(scored.path("height").asLong(ANY), scored.path("width").asLong(ANY));
    }

    private int height(int own) {
      return height == ANY ? own : (int) height;
    }

    private int width(int own) {
      return width == ANY ? own : (int) width;
    }
  }

  ExportedNetwork(String title, LabelSpace space, Size size) {
    this.title = title;
    this.space = space;
    this.size = size;
  }

  /**
   * Asks the network.
   *
   * @param resized of the size that it takes, at least one
   * @param scores gets the probabilities of one image after the other, whose values last until it
   *     returns
   */
  abstract void ask(List<Image> resized, Consumer<ClassScores> scores);

  @Override
  public final String title() {
    return title;
  }

  @Override
  public final LabelSpace labelSpace() {
    return space;
  }

  @Override
  public final List<LabelMap> predict(List<Image> images) {
    Image first = images.get(0);
    var resize = new SampleTransform.Resize(size.width(first.width()), size.height(first.height()));
    List<Image> resized =
        images.stream()
            .map(
                image ->
                    SampleTransforms.apply(resize, new Sample("", image, Optional.empty()), 0)
                        .image())
            .toList();
    var maps = new ArrayList<LabelMap>();
    ask(resized, scores -> maps.add(scores.labels(first.height(), first.width())));
    return maps;
  }

  @Override
  public final long bytesToPredict(int height, int width) {
    long scores = 3L * space.classes() * Float.BYTES;
    return scores * size.height(height) * size.width(width) + (long) PICTURES * height * width;
  }
}
