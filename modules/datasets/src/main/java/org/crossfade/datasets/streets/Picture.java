package org.crossfade.datasets.streets;

/**
 * A rendered scene.
 *
 * @param width pixels
 * @param height pixels
 * @param rgb interleaved RGB, {@code 3 * width * height} bytes
 * @param trainIds Cityscapes train ids 0 to 18 or 255, {@code width * height} bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Internal carrier of pixels; never compared.
record Picture(int width, int height, byte[] rgb, byte[] trainIds) {}
