package org.crossfade.methodtest;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.FetchedValues;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/** A graph in which a test builds steps, with what it is fed and the session that runs it. */
public final class MethodGraph implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final VariableStore store = new VariableStore(tf, 0);
  private final StepContext context;
  private final Map<Operand<?>, Tensor> feeds = new LinkedHashMap<>();
  private final Session session;

  /** Creates a graph without streams. */
  public MethodGraph() {
    this(List.of());
  }

  /** Creates a graph with the streams of a phase, whose images and labels are all zeros. */
  public MethodGraph(List<StreamRequest> streams) {
    this(streams, ConfigProto.getDefaultInstance());
  }

  /** Creates a graph without streams whose operations run one after the other, in one order. */
  public static MethodGraph onOneThread() {
    return new MethodGraph(
        List.of(),
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(1)
            .setInterOpParallelismThreads(1)
            .build());
  }

  /**
   * Creates a graph with the streams of a phase whose session leaves out TensorFlow's graph
   * rewrites, as training does: a large graph starts several times faster, and rounds a little
   * differently.
   */
  public static MethodGraph withoutRewrites(List<StreamRequest> streams) {
    var rewrites = RewriterConfig.newBuilder().setDisableMetaOptimizer(true);
    return new MethodGraph(
        streams,
        ConfigProto.newBuilder()
            .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(rewrites))
            .build());
  }

  private MethodGraph(List<StreamRequest> streams, ConfigProto config) {
    session = new Session(graph, config);
    context = new StepContext(tf, store, streams);
    feeds.put(context.seedFeed(), TInt64.vectorOf(0, 0));
    for (StreamRequest stream : streams) {
      StepContext.StreamFeeds placeholders = context.feeds(stream.name());
      feed(placeholders.images(), zeros(placeholders.images().shape()));
      feed(placeholders.labels(), zeros(placeholders.labels().shape()));
    }
  }

  /** Returns the operations of the graph. */
  public Ops tf() {
    return tf;
  }

  /** Returns the context, whose variables are those of the graph. */
  public StepContext context() {
    return context;
  }

  /** Returns the variables. */
  public VariableStore store() {
    return store;
  }

  /** Returns a graph value that is fed with numbers, row-major. */
  public Operand<TFloat32> input(float[] values, long... shape) {
    Placeholder<TFloat32> input =
        tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
    feed(input, TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values)));
    return input;
  }

  /** Returns a graph value that is fed with whole numbers, row-major. */
  public Operand<TInt32> input(int[] values, long... shape) {
    Placeholder<TInt32> input = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(shape)));
    feed(input, TInt32.tensorOf(Shape.of(shape), DataBuffers.of(values)));
    return input;
  }

  /** Feeds {@code value}, which is closed with the graph, instead of what was fed before. */
  public void feed(Operand<?> placeholder, Tensor value) {
    Tensor before = feeds.put(placeholder, value);
    if (before != null) {
      before.close();
    }
  }

  /** Returns the parameters of a role by the names of the published checkpoint. */
  public Parameters parameters(String role) {
    var snapshots = new LinkedHashMap<String, Operand<TFloat32>>();
    store.variables().forEach(v -> snapshots.put(v.name(), v.snapshot()));
    return Parameters.of(snapshots).scope(role);
  }

  /** Returns a step with its gradients and updates. */
  public CompiledStep compile(Step step) {
    return CompiledStep.compile(context, step);
  }

  /** Gives all variables their starting values. */
  public void initialize() {
    store.initialize(session);
  }

  /** Assigns values, which stay the caller's, to variables by their full names. */
  public void assign(Map<String, ? extends Tensor> values) {
    store.assign(session, values);
  }

  /** Sets the iteration that graph values depend on, 0 at first. */
  public void iteration(long iteration) {
    feed(context.seedFeed(), TInt64.vectorOf(0, iteration));
  }

  /** Runs a step once and returns its losses and metrics. */
  public float[] run(CompiledStep step, long iteration) {
    iteration(iteration);
    return step.run(session, feeds, iteration);
  }

  /** Returns the values of the variables whose full names are accepted, row-major. */
  public Map<String, float[]> variables(Predicate<String> names) {
    var selected = new LinkedHashMap<String, Operand<TFloat32>>();
    store.variables().stream()
        .filter(v -> names.test(v.name()))
        .forEach(v -> selected.put(v.name(), v.snapshot()));
    return values(selected);
  }

  /** Returns the value of a graph value, row-major. */
  public float[] value(Operand<TFloat32> operand) {
    return values(Map.of("value", operand)).get("value");
  }

  /** Returns the values of graph values, row-major, from one run. */
  public Map<String, float[]> values(Map<String, Operand<TFloat32>> operands) {
    var values = new LinkedHashMap<String, float[]>();
    try (var result = run(operands.values())) {
      int i = 0;
      for (String name : operands.keySet()) {
        TFloat32 tensor = (TFloat32) result.get(i++);
        float[] elements = new float[(int) tensor.size()];
        tensor.asRawTensor().data().asFloats().read(elements);
        values.put(name, elements);
      }
    }
    return values;
  }

  /** Returns the whole numbers of a graph value, row-major. */
  public int[] integers(Operand<TInt32> operand) {
    try (var result = run(List.of(operand))) {
      var tensor = (TInt32) result.get(0);
      int[] values = new int[(int) tensor.size()];
      tensor.asRawTensor().data().asInts().read(values);
      return values;
    }
  }

  /** Returns the numbers of a graph value, row-major. */
  public double[] doubles(Operand<TFloat64> operand) {
    try (var result = run(List.of(operand))) {
      var tensor = (TFloat64) result.get(0);
      double[] values = new double[(int) tensor.size()];
      tensor.asRawTensor().data().asDoubles().read(values);
      return values;
    }
  }

  /** Returns the outputs of one run; the caller closes them. */
  public Map<String, Tensor> tensors(Map<String, Operand<?>> operands) {
    var result = run(operands.values());
    var tensors = new LinkedHashMap<String, Tensor>();
    int i = 0;
    for (String name : operands.keySet()) {
      tensors.put(name, result.get(i++));
    }
    return tensors;
  }

  /** Runs values, with all feeds, outside of a step. */
  private Result run(Collection<? extends Operand<?>> values) {
    return FetchedValues.of(context, values).run(session, feeds);
  }

  private static TUint8 zeros(Shape shape) {
    return TUint8.tensorOf(shape, DataBuffers.of(new byte[(int) shape.size()]));
  }

  @Override
  public void close() {
    session.close();
    feeds.values().forEach(Tensor::close);
    graph.close();
  }
}
