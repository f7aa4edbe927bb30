package org.crossfade.datasets.layout;

import java.nio.file.Path;

/**
 * The folder under which a data set lies.
 *
 * @param path the folder
 * @param origin who said so, for messages: {@code "--data-root gta5=/data/gta5"}
 */
public record DataRoot(Path path, String origin) {}
