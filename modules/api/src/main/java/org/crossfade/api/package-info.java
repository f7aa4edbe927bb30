/**
 * Crossfade from Java: a method on data of one's own, and what it has learned.
 *
 * <pre>{@code
 * try (TrainedModel model =
 *     Crossfade.method("fada").source(photos).target(video).train(Path.of("runs/mine"))) {
 *   Segmentation labels = model.predict(picture);
 * }
 * }</pre>
 *
 * <p>It is the loop, the run folder and the options of the program: what one has trained the other
 * can use. It writes nothing to a console; what is worth saying goes to SLF4J.
 */
package org.crossfade.api;
