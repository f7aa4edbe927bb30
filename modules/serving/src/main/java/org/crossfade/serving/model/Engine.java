package org.crossfade.serving.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What runs a trained network: {@code --engine} names it. Found through {@link
 * java.util.ServiceLoader}; a class has a public constructor without parameters.
 */
public interface Engine {
  /** {@return the word that names it} */
  String name();

  /** {@return what it opens, for messages: {@code the folder of a run}} */
  String opensWhat();

  /**
   * {@return whether a file or folder looks like one that it opens} Nothing is loaded yet: what is
   * truncated or of another version is found by {@link #open}.
   *
   * @param model a file or folder
   */
  boolean opens(Path model);

  /**
   * Opens a model.
   *
   * @param model a file or folder that it {@link #opens opens}
   * @param phase of a run whose end is used; the last finished one if empty
   * @return the model, to be closed by the caller
   * @throws IOException if it can't be read
   * @throws org.crossfade.core.data.DataException if it is truncated or foreign
   * @throws org.crossfade.training.run.RunFolderException if a run has no finished phase
   */
  LoadedModel open(Path model, Optional<String> phase) throws IOException;
}
