package org.crossfade.core.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.crossfade.autodiff.BackwardStep;
import org.crossfade.autodiff.GradientRegistry;
import org.crossfade.autodiff.Parameters;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * This process as one of several that build the same graph and run it together.
 *
 * <p>Every worker is fed the whole batch. A network answers to the worker's own rows of it alone,
 * and the answers of all are gathered ({@link org.crossfade.core.nn.SegmentationNetwork#forward}):
 * what follows (losses, mixes, discriminators, prototypes, thresholds) each worker computes from
 * the whole, so that it is what one process computes, and comes to the same everywhere. Gradients
 * are averaged before anything moves.
 *
 * <p>What a worker holds of a gradient is such that the mean over the workers is the gradient: of
 * what all compute alike, the gradient itself; of its own rows, as many times the gradient as there
 * are workers. So the gradient of {@link #mean} is the mean of the gradients, and that of {@link
 * #gathered} the own rows times the number of workers. The latter holds where what follows is
 * computed alike by all, which a gradient of a gradient is not.
 */
public final class Workers {
  /** Bytes of gradients that are averaged at once. */
  private static final long BUNDLE = 8L << 20;

  private static final String REDUCE = "CollectiveReduce";
  private static final String GATHER = "CollectiveGather";
  private static final String HINT = "ring";
  private static final long GROUP = 1;

  private static final Map<ExecutionEnvironment, Workers> OF_GRAPHS =
      Collections.synchronizedMap(new WeakHashMap<>());

  static {
    GradientRegistry.registerGradient(
        REDUCE, step -> step.give(0, of(step).mean(cast(step.gradient(0)))));
    GradientRegistry.registerGradient(
        GATHER,
        step -> {
          Workers workers = of(step);
          Ops tf = step.tf();
          step.give(
              0,
              tf.math.mul(
                  workers.ownRows(cast(step.gradient(0))),
                  tf.constant((float) workers.place.count())));
        });
  }

  /**
   * Which of the workers this is.
   *
   * @param index from 0
   * @param count of all
   */
  public record Place(int index, int count) {
    /** Checks the numbers. */
    public Place {
      if (count < 2 || index < 0 || index >= count) {
        throw new IllegalArgumentException(
            "of several workers, this is " + index + " of " + count + " (from 0)");
      }
    }
  }

  private final Ops tf;
  private final Place place;
  private long key;

  /**
   * Makes what workers share in a graph.
   *
   * @param tf operations of the graph
   * @param firstKey what collectives are known by counts from here; a graph that is run by the same
   *     process later on begins behind it
   */
  public Workers(Ops tf, Place place, long firstKey) {
    this.tf = tf;
    this.place = place;
    this.key = firstKey;
    OF_GRAPHS.put(tf.scope().env(), this);
  }

  private static Workers of(BackwardStep step) {
    Workers workers = OF_GRAPHS.get(step.tf().scope().env());
    if (workers == null) {
      throw new IllegalStateException("a collective in a graph without workers");
    }
    return workers;
  }

  @SuppressWarnings("unchecked")
  private static Operand<TFloat32> cast(Operand<?> value) {
    return (Operand<TFloat32>) (Operand<? extends TType>) value;
  }

  /** Returns which of the workers this is. */
  public Place place() {
    return place;
  }

  /** Returns the key that the next collective gets: how many there are, counted from the first. */
  public long nextKey() {
    return key;
  }

  /** Returns the mean of what the workers hold, of any shape that is known. */
  public Operand<TFloat32> mean(Operand<TFloat32> value) {
    return reduced(value, "Add", "Div");
  }

  /** Returns the largest of what the workers hold. */
  public Operand<TFloat32> largest(Operand<TFloat32> value) {
    return reduced(value, "Max", "Id");
  }

  /** Returns what the first worker holds; without a gradient. */
  public Operand<TFloat32> first(Operand<TFloat32> value) {
    Operand<TFloat32> part = place.index() == 0 ? value : tf.zerosLike(value);
    return tf.stopGradient(reduced(tf.stopGradient(part), "Add", "Id"));
  }

  private Operand<TFloat32> reduced(Operand<TFloat32> value, String merge, String end) {
    Scope scope = tf.scope();
    var builder = scope.env().opBuilder(REDUCE, scope.makeOpName(REDUCE), scope);
    builder.addInput(value.asOutput());
    builder.setAttr("merge_op", merge);
    builder.setAttr("final_op", end);
    builder.setAttr("subdiv_offsets", new long[] {0});
    return built(builder, value.shape());
  }

  /** Returns the rows of all workers, in their order: of [n, ...] each, [n·workers, ...]. */
  public Operand<TFloat32> gathered(Operand<TFloat32> own) {
    Shape shape = own.shape();
    long[] all = shape.asArray();
    all[0] *= place.count();
    Scope scope = tf.scope();
    var builder = scope.env().opBuilder(GATHER, scope.makeOpName(GATHER), scope);
    builder.addInput(own.asOutput());
    builder.setAttr("shape", Shape.of(all));
    return built(builder, Shape.of(all));
  }

  private Operand<TFloat32> built(org.tensorflow.OperationBuilder builder, Shape shape) {
    builder.setAttr("group_size", (long) place.count());
    builder.setAttr("group_key", GROUP);
    builder.setAttr("instance_key", key++);
    builder.setAttr("communication_hint", HINT);
    var operation = (GraphOperation) builder.build();
    // The operations themselves don't know their shapes; static ones are checked at build time.
    return tf.ensureShape(operation.<TFloat32>output(0), shape);
  }

  /** Returns this worker's rows of [N, ...]; the workers' number divides N. */
  public <T extends TType> Operand<T> ownRows(Operand<T> all) {
    long rows = all.shape().get(0);
    if (rows % place.count() != 0) {
      throw new IllegalArgumentException(
          place.count() + " workers can't share " + rows + " rows equally");
    }
    return tf.split(tf.constant(0), all, (long) place.count()).output().get(place.index());
  }

  /**
   * Returns the mean over the workers of each gradient. The last parameters' gradients are there
   * first, so they are averaged first, in bundles, while the others are computed.
   */
  public Parameters averaged(Parameters gradients) {
    var names = new ArrayList<>(gradients.names());
    Collections.reverse(names);
    Map<String, Operand<TFloat32>> averaged = new LinkedHashMap<>();
    var bundle = new ArrayList<String>();
    long bytes = 0;
    for (String name : names) {
      bundle.add(name);
      bytes += gradients.get(name).shape().size() * Float.BYTES;
      if (bytes >= BUNDLE) {
        average(bundle, gradients, averaged);
        bundle.clear();
        bytes = 0;
      }
    }
    if (!bundle.isEmpty()) {
      average(bundle, gradients, averaged);
    }
    return gradients.map((name, value) -> averaged.get(name));
  }

  private void average(
      List<String> names, Parameters gradients, Map<String, Operand<TFloat32>> averaged) {
    var flat = new ArrayList<Operand<TFloat32>>();
    long[] sizes = new long[names.size()];
    for (int i = 0; i < sizes.length; i++) {
      Operand<TFloat32> gradient = gradients.get(names.get(i));
      sizes[i] = gradient.shape().size();
      flat.add(tf.reshape(gradient, tf.constant(new long[] {sizes[i]})));
    }
    Operand<TFloat32> together = flat.size() == 1 ? flat.get(0) : tf.concat(flat, tf.constant(0));
    Operand<TFloat32> mean = mean(together);
    List<? extends Operand<TFloat32>> parts =
        flat.size() == 1
            ? List.of(mean)
            : tf.splitV(mean, tf.constant(sizes), tf.constant(0), (long) sizes.length).output();
    for (int i = 0; i < sizes.length; i++) {
      long[] shape = gradients.get(names.get(i)).shape().asArray();
      averaged.put(names.get(i), tf.reshape(parts.get(i), tf.constant(shape)));
    }
  }
}
