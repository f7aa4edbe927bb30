package org.crossfade.core.data;

/**
 * A file that a sample is read from, and what it holds.
 *
 * @param name below the data root, with forward slashes; absolute where it lies elsewhere
 * @param sha256 of its bytes, as hexadecimal digits
 */
public record FileContent(String name, String sha256) {}
