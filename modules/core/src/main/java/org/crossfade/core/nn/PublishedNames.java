package org.crossfade.core.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.crossfade.core.graph.NamePattern;
import org.tensorflow.ndarray.Shape;

/**
 * How the files that were published for a network name its variables: a file's names are read into
 * those of {@link SegmentationNetwork#parameters()}.
 */
public interface PublishedNames {
  /** How a tensor's shape has to agree with its variable's. Both are in PyTorch's order. */
  enum Fit {
    /** The same shape. */
    SAME_SHAPE,
    /** As many elements, in the same order: a matrix that became a convolution. */
    SAME_ELEMENTS,
    /** As many elements a row; of more rows, the first are taken. */
    FIRST_ROWS
  }

  /**
   * What becomes of one tensor of a file.
   *
   * @param variables that it fills, one or several; empty where it is skipped. A name that the
   *     network doesn't have means that the tensor is unknown to it
   * @param fit how its shape has to agree
   * @param skipped why it is not used
   */
  record Use(List<String> variables, Fit fit, Optional<String> skipped) {
    /** Copies the list. */
    public Use {
      variables = List.copyOf(variables);
    }

    /** Fills one variable of the same shape. */
    public static Use of(String variable) {
      return new Use(List.of(variable), Fit.SAME_SHAPE, Optional.empty());
    }

    /** Is not used, for a reason that is shown to the user. */
    public static Use skip(String why) {
      return new Use(List.of(), Fit.SAME_SHAPE, Optional.of(why));
    }

    /** Is of the classifier that a trunk was trained with on ImageNet. */
    public static Use imageNet() {
      return skip("belongs to the 1000 classes of ImageNet");
    }
  }

  /**
   * Reads the names of a file, without the prefixes of wrappers such as {@code module.} and without
   * counters.
   *
   * @param file shapes in PyTorch's order by name, in the file's order
   * @return what becomes of each tensor, by the same names
   * @throws IllegalArgumentException if the file is recognisably of another network; the message
   *     says of which, and continues «FILE: »
   */
  Map<String, Use> read(Map<String, Shape> file);

  /**
   * Returns the variables that a file has to hold all of, with no others beside them whose names
   * begin alike: a trunk of another depth has the same shapes where both have a block. It is what
   * training starts from, without the classifier. Default: none.
   */
  default NamePattern whole() {
    return NamePattern.none();
  }

  /**
   * Looks at the values of a file that fits by names and shapes, where those don't tell the network
   * from another one. Default: they do.
   *
   * @param file names as for {@link #read}
   * @param values of a variable, row-major in PyTorch's order; empty if the file holds none
   * @throws IllegalArgumentException if the values are those of another network; the message says
   *     of which, and continues «FILE: »
   */
  default void requireOwnValues(Set<String> file, Function<String, Optional<float[]>> values) {}

  /**
   * Returns what of a file that fits neither its names nor its values tell, and the user has to
   * know. Default: nothing.
   *
   * @param file names as for {@link #read}
   * @return a sentence without its full stop, which continues «FILE: »
   */
  default Optional<String> untold(Set<String> file) {
    return Optional.empty();
  }

  /**
   * Returns the names of files that call everything as the network does.
   *
   * @param whole as {@link #whole()}
   */
  static PublishedNames own(NamePattern whole) {
    return new PublishedNames() {
      @Override
      public Map<String, Use> read(Map<String, Shape> file) {
        var uses = new LinkedHashMap<String, Use>();
        file.keySet().forEach(name -> uses.put(name, Use.of(name)));
        return uses;
      }

      @Override
      public NamePattern whole() {
        return whole;
      }
    };
  }
}
