package org.crossfade.api;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;

/** Images that lie in memory. Fill it before it is trained on. */
public final class InMemoryDataset implements Dataset {
  private final String name;
  private final List<String> classes;
  private final List<Image> images = new ArrayList<>();
  private final List<LabelMap> labels = new ArrayList<>();

  /**
   * Creates a data set without images.
   *
   * @param name for messages and records
   * @param classes what the ids of its labels stand for, from 0; none without labels
   */
  public InMemoryDataset(String name, String... classes) {
    this.name = name;
    this.classes = List.of(classes);
  }

  /**
   * Adds an image without labels.
   *
   * @param picture of any size and type; its red, green and blue are copied
   * @throws IllegalStateException if the data set has classes: then every image has labels
   */
  public void add(BufferedImage picture) {
    add(Images.of(picture));
  }

  /**
   * Adds an image with labels.
   *
   * @param picture of any size and type; its red, green and blue are copied
   * @param ids a grey or palette picture of the same size, whose samples are ids of classes, or 255
   * @throws IllegalStateException if the data set has no classes
   */
  public void add(BufferedImage picture, BufferedImage ids) {
    add(Images.of(picture), Images.labels(ids));
  }

  /**
   * Adds an image without labels, as {@link #add(BufferedImage)} does.
   *
   * @param image of any size
   */
  public void add(Image image) {
    if (!classes.isEmpty()) {
      throw new IllegalStateException(
          name + " has classes, so every image needs labels: add(image, labels)");
    }
    images.add(image);
  }

  /**
   * Adds an image with labels, as {@link #add(BufferedImage, BufferedImage)} does.
   *
   * @param image of any size
   * @param ids of classes, or 255, for each pixel of the image
   */
  public void add(Image image, LabelMap ids) {
    if (classes.isEmpty()) {
      throw new IllegalStateException(
          name + " has no classes, so labels mean nothing: give their names to the constructor");
    }
    images.add(image);
    labels.add(ids);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public Image image(int index) {
    return images.get(index);
  }

  @Override
  public LabelMap label(int index) {
    return labels.get(index);
  }
}
