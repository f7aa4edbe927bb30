/** Tables of papers: their rows as files of options, run and shown beside the published numbers. */
package org.crossfade.tables.reproduce;
