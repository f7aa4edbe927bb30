package org.crossfade.serving.predict;

import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;

/**
 * The labels of one image.
 *
 * @param image as it was decoded and turned
 * @param labels of its size
 * @param waitedSeconds until its batch began
 * @param seconds that its batch took, decoding included
 * @param batch how many images were in it
 */
record Prediction(Image image, LabelMap labels, double waitedSeconds, double seconds, int batch) {}
