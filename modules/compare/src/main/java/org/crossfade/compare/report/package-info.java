/**
 * The report: one HTML file that loads nothing, from JMustache templates.
 *
 * <p>Views are records of finished text and numbers; the templates beside them hold all markup, so
 * everything is escaped in one place. Charts are inline SVG from the same templates: {@link
 * org.crossfade.compare.report.LineChart} and {@link org.crossfade.compare.report.BarChart} compute
 * geometry alone.
 */
package org.crossfade.compare.report;
