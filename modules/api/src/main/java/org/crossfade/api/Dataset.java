package org.crossfade.api;

import java.nio.file.Path;
import java.util.List;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;

/**
 * Images of one domain, with labels or without: what a program has, in memory, on disk or made as
 * it is asked for. {@link InMemoryDataset} and {@link #folder} are there already.
 *
 * <p>An index always gives the same image. Images are read by several threads at once. Before a
 * training starts all of them are read once, to find what is wrong with them and to know them again
 * when it goes on.
 */
public interface Dataset {
  /** {@return what messages and records call it} */
  String name();

  /**
   * {@return what the ids in its label maps stand for, from id 0; empty if it has no labels}
   *
   * <p>Domains need not number their classes alike: what counts is the name. A class of the source
   * that the target lacks is fine, and one that the task lacks is ignored.
   */
  List<String> classes();

  /** {@return the number of images, at least 1} */
  int size();

  /**
   * {@return an image; see {@link Images#of} for what Java has read}
   *
   * @param index from 0, below {@link #size}
   */
  Image image(int index);

  /**
   * {@return the labels of an image, of its size: ids of {@link #classes}, 255 where a pixel counts
   * for nothing} Not asked for where there are no classes.
   *
   * @param index from 0, below {@link #size}
   */
  default LabelMap label(int index) {
    throw new UnsupportedOperationException(name() + " has no labels");
  }

  /**
   * {@return the images in a folder, PNG and JPEG: {@code images/}, and if there are labels {@code
   * labels/} with PNG files of equal names} Files are read when they are needed, and what they hold
   * is remembered, so that a training of thousands of images starts at once the second time.
   *
   * @param name for messages and records
   * @param root that holds {@code images/}
   * @param classes what the ids in the label files stand for, from 0; none without labels
   */
  static Dataset folder(String name, Path root, String... classes) {
    return new FolderDataset(name, root, List.of(classes));
  }
}
