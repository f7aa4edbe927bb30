package org.crossfade.training.run;

import java.nio.file.Path;
import java.util.Map;
import org.crossfade.autodiff.NodeNames;
import org.crossfade.core.data.Image;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.summary.SummaryWriter;
import org.tensorflow.op.summary.WriteImageSummary;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/** Scalars and images for TensorBoard, written by TensorFlow's own summary operations. */
public final class TensorBoardEvents implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session;
  private final Placeholder<TInt64> step;
  private final Placeholder<TString> tag;
  private final Placeholder<TFloat32> value;
  private final Placeholder<TUint8> image;
  private final Op write;
  private final Op writeImage;
  private final Op flush;

  /** Opens an event file in {@code folder}. */
  public TensorBoardEvents(Path folder) {
    NodeNames.requireAsciiDigits();
    Ops tf = Ops.create(graph);
    Operand<?> writer = tf.summary.summaryWriter(SummaryWriter.sharedName(folder.toString()));
    step = tf.placeholder(TInt64.class);
    tag = tf.placeholder(TString.class);
    value = tf.placeholder(TFloat32.class);
    image = tf.placeholder(TUint8.class);
    Op create =
        tf.summary.createSummaryFileWriter(
            writer,
            tf.constant(folder.toString()),
            tf.constant(100),
            tf.constant(10_000),
            tf.constant(""));
    write = tf.summary.writeScalarSummary(writer, step, tag, value);
    writeImage =
        tf.summary.writeImageSummary(
            writer,
            step,
            tag,
            image,
            // The colour of pixels that are no number, of which 8-bit images have none.
            tf.dtypes.cast(tf.constant(new int[] {255, 0, 0, 255}), TUint8.class),
            WriteImageSummary.maxImages(1L));
    flush = tf.summary.flushSummaryWriter(writer);
    session = new Session(graph);
    session.runner().addTarget(create).run().close();
  }

  /** Writes scalars of one iteration. */
  public void write(long iteration, Map<String, ? extends Number> scalars) {
    try (TInt64 at = TInt64.scalarOf(iteration)) {
      scalars.forEach(
          (name, number) -> {
            try (TString label = TString.scalarOf(name);
                TFloat32 scalar = TFloat32.scalarOf(number.floatValue())) {
              session
                  .runner()
                  .feed(step, at)
                  .feed(tag, label)
                  .feed(value, scalar)
                  .addTarget(write)
                  .run()
                  .close();
            }
          });
    }
  }

  /** Writes an image of one iteration; TensorBoard calls it {@code name/image}. */
  public void write(long iteration, String name, Image picture) {
    try (TInt64 at = TInt64.scalarOf(iteration);
        TString label = TString.scalarOf(name);
        TUint8 pixels =
            TUint8.tensorOf(
                Shape.of(1, picture.height(), picture.width(), 3),
                DataBuffers.of(picture.rgb(), true, false))) {
      session
          .runner()
          .feed(step, at)
          .feed(tag, label)
          .feed(image, pixels)
          .addTarget(writeImage)
          .run()
          .close();
    }
  }

  @Override
  public void close() {
    session.runner().addTarget(flush).run().close();
    session.close();
    graph.close();
  }
}
