package org.crossfade.training.session;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.NativeTensorFlow;
import org.crossfade.backbones.ImportedWeights;
import org.crossfade.backbones.WeightImport;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.training.options.DeviceOptions;
import org.crossfade.training.run.ArtefactFolder;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.workers.WorkerGroup;
import org.crossfade.weights.NamedTensor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.types.TFloat32;

/** Graph, session and variables of one phase; each phase has its own and leaves a checkpoint. */
public final class PhaseSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PhaseSession.class);

  private final Graph graph = emptyGraph();
  private final Session session;
  private final Ops tf;
  private final VariableStore variables;
  private final StepContext context;
  private final Checkpoint checkpoint;

  /**
   * Creates an empty graph with the feeds of {@code streams}.
   *
   * @param seed of the variables' initial values
   * @param threads of TensorFlow, 0 for one a core
   */
  public PhaseSession(long seed, int threads, List<StreamRequest> streams) {
    this(seed, threads, DeviceOptions.AUTO, Precision.FLOAT32, streams);
  }

  /** Creates an empty graph of float32 on a device. */
  public PhaseSession(long seed, int threads, DeviceOptions device, List<StreamRequest> streams) {
    this(seed, threads, device, Precision.FLOAT32, streams);
  }

  /**
   * Creates an empty graph with the feeds of {@code streams}, on a device.
   *
   * @param seed of the variables' initial values
   * @param threads of TensorFlow, 0 for one a core
   * @param device that computes
   * @param precision of the products of its layers
   * @throws org.crossfade.core.options.InvalidOptionsException if the device lacks the precision
   */
  public PhaseSession(
      long seed,
      int threads,
      DeviceOptions device,
      Precision precision,
      List<StreamRequest> streams) {
    this(seed, threads, device, precision, streams, Optional.empty());
  }

  /**
   * Creates an empty graph with the feeds of {@code streams}, which several workers may run
   * together.
   *
   * @param seed of the variables' initial values
   * @param threads of TensorFlow, 0 for one a core
   * @param device that computes
   * @param precision of the products of its layers
   * @param group this process's, where it is not alone
   * @throws org.crossfade.core.options.InvalidOptionsException if the device lacks the precision
   */
  public PhaseSession(
      long seed,
      int threads,
      DeviceOptions device,
      Precision precision,
      List<StreamRequest> streams,
      Optional<WorkerGroup> group) {
    NativePrecision.of(device).require(precision);
    this.tf = Ops.create(graph);
    precision.declare(tf);
    this.variables = new VariableStore(tf, seed);
    this.context = new StepContext(tf, variables, streams, group.map(g -> g.in(tf)));
    this.checkpoint = new Checkpoint(tf);
    this.session =
        group
            .map(g -> g.open(graph, config(threads, device)))
            .orElseGet(() -> new Session(graph, config(threads, device)));
  }

  private static Graph emptyGraph() {
    NativeTensorFlow.require();
    return new Graph();
  }

  /**
   * Returns how sessions are run.
   *
   * @param threads of TensorFlow, 0 for one a core
   * @param device that computes
   */
  public static ConfigProto config(int threads, DeviceOptions device) {
    // TensorFlow's graph rewrites go over the whole graph for each set of fetches: starting values,
    // a checkpoint, an evaluation. In a tiny run of HRDA that was 22 of 41 s, and iterations were
    // not faster for it (FADA on ResNet-101, HRDA's small form; two cores, not a GPU). A GPU wants
    // images in another layout than ours, which one of the rewrites gives it.
    var rewrites = RewriterConfig.newBuilder();
    if (NativePrecision.of(device).gpu().isPresent()) {
      rewrites
          .addOptimizers("layout")
          .setMetaOptimizerIterations(RewriterConfig.NumIterationsType.ONE);
    } else {
      rewrites.setDisableMetaOptimizer(true);
    }
    // One inter-op thread where one thread is asked for: operations then run in one order.
    return ComputeDevice.configure(ConfigProto.newBuilder(), device)
        .setIntraOpParallelismThreads(threads)
        .setInterOpParallelismThreads(threads)
        .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(rewrites))
        .build();
  }

  /** Returns the operations of the graph. */
  public Ops tf() {
    return tf;
  }

  /** Returns the session. */
  public Session session() {
    return session;
  }

  /** Returns the variables. */
  public VariableStore variables() {
    return variables;
  }

  /** Returns what steps are built with. */
  public StepContext context() {
    return context;
  }

  /** Returns the owner of this graph's checkpoints. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /**
   * Gives every variable its starting value.
   *
   * @param initial by role; roles that are not listed start from the initialisers
   * @param run holds the ends of earlier phases
   * @param pretrained loads published weights into a role, where there are any
   */
  public void initialise(
      Map<String, InitialWeights> initial, RunDirectory run, Optional<Pretrained> pretrained) {
    variables.initialize(session);
    initial.forEach(
        (role, weights) -> {
          if (weights instanceof InitialWeights.FromPhase from) {
            Path folder = run.phase(from.phase());
            checkpoint.restoreRole(session, variables, folder, from.role(), role);
          } else if (weights instanceof InitialWeights.FromArtefact from) {
            NamedTensor array = ArtefactFolder.array(run.artefact(from.pass()), from.array());
            assignToAll(role, array);
          } else if (weights instanceof InitialWeights.Pretrained) {
            pretrained.ifPresent(p -> p.load(this, role));
          }
        });
  }

  private void assignToAll(String role, NamedTensor array) {
    try (TFloat32 value =
        TFloat32.tensorOf(Shape.of(array.shape()), DataBuffers.of(array.toFloats()))) {
      var values = new LinkedHashMap<String, TFloat32>();
      for (Variable variable : variables.variables()) {
        if (variable.name().startsWith(role + ".")) {
          values.put(variable.name(), value);
        }
      }
      variables.assign(session, values);
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }

  /** Loads published weights. */
  @FunctionalInterface
  public interface Pretrained {
    /** Assigns the variables of a role. */
    void load(PhaseSession session, String role);

    /** Returns a loader of one file into the variables of {@code network}. */
    static Pretrained of(Path file, SegmentationNetwork network) {
      return (session, role) -> {
        ImportedWeights imported = WeightImport.read(file, network);
        assign(imported, session, role);
      };
    }

    /**
     * Returns a loader of a file that has every variable of {@code network}, which is used without
     * training.
     */
    static Pretrained whole(Path file, SegmentationNetwork network) {
      return (session, role) ->
          assign(WeightImport.read(file, network).requireAll(), session, role);
    }

    private static void assign(ImportedWeights imported, PhaseSession session, String role) {
      LOG.info("{}", imported.summary());
      imported.assign(session.variables(), session.session(), role);
    }
  }
}
