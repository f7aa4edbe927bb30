package org.crossfade.datasets.streets;

import java.util.function.Consumer;

/**
 * Something that stands on the street.
 *
 * @param depth distance of its nearest part in metres; far things are painted first
 * @param paint draws it
 */
record Thing(double depth, Consumer<Brush> paint) {}
