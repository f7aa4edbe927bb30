package org.crossfade.datasets.streets;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;

/** The scenes of one split, rendered anew on every read. */
final class StreetsDataset implements Dataset {
  /** Raised whenever the bytes of any scene change. */
  private static final int EDITION = 2;

  private final Style style;
  private final Split split;
  private final int count;
  private final LabelSpace space;
  private final Renderer renderer;
  private final String fingerprint;

  StreetsDataset(
      Style style,
      Split split,
      int count,
      int width,
      int height,
      LabelSpace space,
      StyleParameters parameters) {
    this.style = style;
    this.split = split;
    this.count = count;
    this.space = space;
    renderer = new Renderer(style, parameters, split, width, height, space);
    String all =
        "streets %d %s %s %d %dx%d %s %s"
            .formatted(
                EDITION,
                style.key(),
                split.key(),
                count,
                width,
                height,
                space.spelled(),
                parameters.spelled());
    fingerprint = Hashing.sha256().hashString(all, StandardCharsets.UTF_8).toString();
  }

  @Override
  public String name() {
    return "streets-" + style.key();
  }

  @Override
  public String split() {
    return split.key();
  }

  @Override
  public LabelSpace labelSpace() {
    return space;
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public String id(int index) {
    Objects.checkIndex(index, count);
    String number = Integer.toString(1_000_000 + split.firstNumber() + index).substring(1);
    return City.of(index).key() + "_" + number;
  }

  @Override
  public Sample read(int index) {
    return renderer.sample(id(index), index);
  }

  @Override
  public Image readImage(int index) {
    return read(index).image();
  }

  @Override
  public LabelMap readLabels(int index) {
    return renderer.labels(Objects.checkIndex(index, count));
  }

  @Override
  public boolean labelled() {
    return true;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String toString() {
    return name() + " " + split() + ", " + count + " labelled images";
  }
}
