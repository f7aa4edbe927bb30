/**
 * The numbers that the papers print, from the CSV files of {@code reference-results}.
 *
 * <p>{@code reference-results/README.md} describes the files. Nothing here computes: a published
 * value is shown beside one's own, as printed.
 */
package org.crossfade.tables.reference;
