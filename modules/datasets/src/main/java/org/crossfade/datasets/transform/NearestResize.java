package org.crossfade.datasets.transform;

import org.crossfade.core.data.LabelMap;

/** Nearest-neighbour resizing of label maps, by the two rules that official codes use. */
public enum NearestResize {
  /**
   * Pillow's NEAREST, used on files: the input pixel under the centre of the output pixel, floor((i
   * + 0.5)·in/out). As in Pillow, the position is summed up in steps of in/out, which decides exact
   * ties.
   */
  CENTRE {
    @Override
    int[] sources(int in, int out) {
      int[] sources = new int[out];
      double step = (double) in / out;
      double position = step * 0.5;
      for (int i = 0; i < out; i++) {
        sources[i] = Math.min((int) position, in - 1);
        position += step;
      }
      return sources;
    }
  },

  /** PyTorch's {@code interpolate(mode=nearest)}, used inside graphs: floor(i·in/out). */
  FLOOR {
    @Override
    int[] sources(int in, int out) {
      int[] sources = new int[out];
      // PyTorch computes the ratio in single precision.
      float step = (float) in / out;
      for (int i = 0; i < out; i++) {
        sources[i] = Math.min((int) Math.floor(i * step), in - 1);
      }
      return sources;
    }
  };

  abstract int[] sources(int in, int out);

  /** The label map at another size, at least 1x1; itself if the size is its own. */
  public LabelMap resize(LabelMap labels, int width, int height) {
    if (width == labels.width() && height == labels.height()) {
      return labels;
    }
    return resize(labels, width, height, new PillowBicubic.Window(0, 0, width, height));
  }

  /**
   * A window of the label map at another size, without computing the rest.
   *
   * @param width of the whole map at the other size, at least 1
   * @param height of the whole map at the other size, at least 1
   * @param window lies inside it
   */
  LabelMap resize(LabelMap labels, int width, int height, PillowBicubic.Window window) {
    PillowBicubic.requireSize(width, height);
    int[] rows = sources(labels.height(), height);
    int[] columns = sources(labels.width(), width);
    byte[] in = labels.trainIds();
    byte[] out = new byte[window.height() * window.width()];
    int at = 0;
    for (int y = window.y(); y < window.y() + window.height(); y++) {
      int row = rows[y] * labels.width();
      for (int x = window.x(); x < window.x() + window.width(); x++) {
        out[at++] = in[row + columns[x]];
      }
    }
    return new LabelMap(window.height(), window.width(), out);
  }
}
