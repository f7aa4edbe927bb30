/** Where each data set keeps its files: published trees, lists, and the plain folder. */
package org.crossfade.datasets.layout;
