/** What the program shows on a terminal. */
package org.crossfade.console;
