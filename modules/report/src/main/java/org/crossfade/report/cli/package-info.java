/** The verb that writes the page of finished runs. */
package org.crossfade.report.cli;
