package org.crossfade.core.method;

import java.util.List;
import org.crossfade.core.nn.SegmentationNetwork;

/** A method of adaptation: its phases, and the network that they leave for use. */
public interface AdaptationMethod {
  /** Returns the phases, in order. */
  List<Phase> phases();

  /** Returns the network that is evaluated, exported and used for prediction. */
  SegmentationNetwork segmenter();

  /** Returns how the final network is asked. */
  Inference inference();

  /** Makes a method; found through {@link java.util.ServiceLoader}. */
  interface Factory {
    /** Returns the name: of the section of options, and on the command line. */
    String name();

    /** Returns one line on what the method is, with its paper. */
    String summary();

    /** Returns the method for the given options. */
    AdaptationMethod create(MethodContext context);
  }
}
