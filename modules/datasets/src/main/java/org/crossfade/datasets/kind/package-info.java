/**
 * The data sets of files that Crossfade knows, one file each: options, splits, tree and label
 * table.
 *
 * <p>Another one is one more file and its line in {@code
 * META-INF/services/org.crossfade.core.options.OptionKind}, here or in a jar of its own.
 */
package org.crossfade.datasets.kind;
