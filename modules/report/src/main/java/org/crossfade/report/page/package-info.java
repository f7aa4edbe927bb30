/**
 * The report: one HTML file that loads nothing, from JMustache templates.
 *
 * <p>Views are records of finished text and numbers; the templates beside them hold all markup, so
 * everything is escaped in one place. The page is also well-formed XML.
 *
 * <p>Charts are inline SVG from the same templates: {@link org.crossfade.report.page.LineChart} and
 * {@link org.crossfade.report.page.BarChart} compute geometry alone. No chart library draws them:
 * XChart's SVG export (through VectorGraphics2D) was tried and turns every letter into an outline,
 * 57 KB for a chart of two lines, with a reference to a document type elsewhere, at a fixed size
 * that a phone would shrink below reading; JFreeChart's exporter is under the GPL. Here text stays
 * text, and bars follow the width of the page.
 */
package org.crossfade.report.page;
