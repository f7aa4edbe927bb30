/** Several runs in one folder: of a table's rows, or of methods that are compared. */
package org.crossfade.tables.series;
