/**
 * Several methods side by side: trains each for each seed, prints one table, writes one report.
 *
 * <p>Everything that is shown comes from the folders of finished runs, so a report can be written
 * again at any time, and without the data.
 */
package org.crossfade.compare;
