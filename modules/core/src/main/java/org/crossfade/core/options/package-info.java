/** Options as records, read strictly from HOCON. */
package org.crossfade.core.options;
