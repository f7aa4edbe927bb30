/** The verbs {@code serve} and {@code watch}. */
package org.crossfade.serving.cli;
