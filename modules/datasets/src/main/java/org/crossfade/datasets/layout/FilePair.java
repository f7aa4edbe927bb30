package org.crossfade.datasets.layout;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of one sample. They need not exist: a list may name what is missing.
 *
 * @param id the stable name of the sample
 * @param image the image file
 * @param labels the label file; empty in an unlabelled data set
 */
public record FilePair(String id, Path image, Optional<Path> labels) {}
