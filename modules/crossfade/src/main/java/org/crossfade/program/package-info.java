/** What the program has and no library needs. */
package org.crossfade.program;
