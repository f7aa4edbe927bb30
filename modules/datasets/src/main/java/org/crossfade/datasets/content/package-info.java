/** What files hold, told by hashes that are remembered from run to run. */
package org.crossfade.datasets.content;
