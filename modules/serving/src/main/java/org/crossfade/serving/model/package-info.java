/** A trained network, opened by one of several engines. */
package org.crossfade.serving.model;
