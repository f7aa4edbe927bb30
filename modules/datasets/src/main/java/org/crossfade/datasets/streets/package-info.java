/**
 * Streets: generated street scenes with exact labels for the 19 classes of Cityscapes, in two
 * styles.
 *
 * <p>{@link org.crossfade.datasets.streets.Streets} is the way in. A scene is a {@code Street} (its
 * plan in metres) with {@code Thing}s on it, painted from far to near through a {@code Camera} on a
 * {@code Canvas}, which keeps label, surface and shade of every pixel; the {@code Shader} turns
 * surfaces into colours and {@code Exposure} turns colours into 8 bits. Only {@link
 * org.crossfade.datasets.streets.StyleParameters} and the looks of the cities tell the two styles
 * apart. Measured class frequencies are in the module's STREETS.md.
 */
package org.crossfade.datasets.streets;
