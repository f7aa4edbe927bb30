package org.crossfade.core.method;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.graph.Workers;
import org.crossfade.core.nn.Discriminator;
import org.crossfade.core.nn.SegmentationNetwork;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/** The graph in which a phase builds its steps: operations, variables, batches, seeds. */
public final class StepContext {
  /**
   * The feeds of one stream.
   *
   * @param images RGB, [N, H, W, 3]
   * @param labels train ids, [N, H, W]; 255 everywhere in a stream without labels
   */
  public record StreamFeeds(Placeholder<TUint8> images, Placeholder<TUint8> labels) {}

  private final Ops tf;
  private final VariableStore variables;
  private final Map<String, StreamFeeds> streams = new LinkedHashMap<>();
  private final Map<String, Operand<TUint8>> images = new LinkedHashMap<>();
  private final Map<String, Operand<TInt32>> labels = new LinkedHashMap<>();
  private final List<Turn> turns = new ArrayList<>();
  private final Map<String, Parameters> roles = new LinkedHashMap<>();
  private final List<Forward> passes = new ArrayList<>();
  private final Map<String, Integer> trainingPasses = new HashMap<>();
  private final Optional<Workers> workers;
  private final Placeholder<TInt64> seed;
  private final Placeholder<TInt32> nativeSize;

  /**
   * Creates the feeds of a phase.
   *
   * @param tf operations of an empty graph
   * @param variables an empty store of that graph
   * @param requests the phase's streams
   */
  public StepContext(Ops tf, VariableStore variables, List<StreamRequest> requests) {
    this(tf, variables, requests, Optional.empty());
  }

  /**
   * Creates the feeds of a phase that several workers may run together.
   *
   * @param workers who shares the batches
   * @throws IllegalArgumentException if they can't share a stream's batch equally; the message says
   *     how many could
   */
  public StepContext(
      Ops tf, VariableStore variables, List<StreamRequest> requests, Optional<Workers> workers) {
    workers.ifPresent(w -> requireEqualShares(w.place().count(), requests));
    this.workers = workers;
    this.tf = tf;
    this.variables = variables;
    this.seed = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));
    this.nativeSize = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(2)));
    for (StreamRequest request : requests) {
      PixelSize size = request.size();
      var images =
          tf.placeholder(
              TUint8.class,
              Placeholder.shape(Shape.of(request.batch(), size.height(), size.width(), 3)));
      var labelIds =
          tf.placeholder(
              TUint8.class,
              Placeholder.shape(Shape.of(request.batch(), size.height(), size.width())));
      if (streams.put(request.name(), new StreamFeeds(images, labelIds)) != null) {
        throw new IllegalArgumentException("stream '" + request.name() + "' is there twice");
      }
      labels.put(request.name(), tf.dtypes.cast(labelIds, TInt32.class));
      this.images.put(request.name(), inTurn(images));
    }
  }

  /** Returns the operations of the graph. */
  public Ops tf() {
    return tf;
  }

  /** Returns the store that creates the phase's variables. */
  public VariableStore variables() {
    return variables;
  }

  /** The images of the first stream are there at once, each other stream's in its turn. */
  private Operand<TUint8> inTurn(Operand<TUint8> fed) {
    if (images.isEmpty()) {
      return fed;
    }
    var awaited = Turn.Awaited.of(tf, fed);
    turns.add(awaited.turn());
    return awaited.value();
  }

  /**
   * Returns what has to be run, as a target, together with values of this graph that no {@link
   * CompiledStep} runs: all images that they are computed from are there at once. {@link
   * FetchedValues} does so.
   */
  Op allTurns(Collection<? extends Op> values) {
    List<Op> calls =
        turns.stream().filter(turn -> turn.isReadBy(values)).map(turn -> turn.call(tf)).toList();
    return (calls.isEmpty() ? tf : tf.withControlDependencies(calls)).noOp();
  }

  /** Returns the turns of the phase's streams, in order; the first stream has none. */
  List<Turn> turns() {
    return turns;
  }

  /**
   * Returns the images of a stream: RGB, [N, H, W, 3], 0..255. They come in turn, so that not all
   * streams' activations are alive at once: what is computed from them is run as a part of a {@link
   * CompiledStep}, or as {@link FetchedValues}.
   */
  public Operand<TUint8> images(String stream) {
    feeds(stream);
    return images.get(stream);
  }

  /** Returns the labels of a stream: [N, H, W], train ids and 255. */
  public Operand<TInt32> labels(String stream) {
    feeds(stream);
    return labels.get(stream);
  }

  /**
   * Returns the placeholders of a stream.
   *
   * @throws IllegalArgumentException if the phase has no such stream
   */
  public StreamFeeds feeds(String stream) {
    StreamFeeds feeds = streams.get(stream);
    if (feeds == null) {
      throw new IllegalArgumentException(
          "no stream '" + stream + "'; there are " + streams.keySet());
    }
    return feeds;
  }

  /** Returns the parameters of a role, declared at the first call. */
  public Parameters parameters(String role, List<ParameterSpec> specs) {
    return roles.computeIfAbsent(role, r -> variables.declare(r, specs));
  }

  /** Returns the parameters of a segmentation network, declared at the first call. */
  public Parameters parameters(String role, SegmentationNetwork network) {
    return parameters(role, network.parameters());
  }

  /** Returns the parameters of a discriminator, declared at the first call. */
  public Parameters parameters(String role, Discriminator discriminator) {
    return parameters(role, discriminator.parameters());
  }

  /**
   * Returns a training pass of the network in {@code role}. Each has random numbers of its own, by
   * its place among the role's passes. What it moves, running statistics, is part of the step that
   * is made next.
   */
  public Forward training(String role) {
    int place = trainingPasses.merge(role, 1, Integer::sum);
    return shared(Forward.training(tf, role, seed(place == 1 ? role : role + "#" + place)));
  }

  /**
   * Returns a pass of the network in {@code role} that normalises by batch statistics and drops
   * nothing. What it moves is part of the step that is made next.
   */
  public Forward batchStatistics(String role) {
    return shared(Forward.batchStatistics(tf, role));
  }

  /** Returns who runs this graph together, if this process is not alone. */
  public Optional<Workers> workers() {
    return workers;
  }

  /**
   * Refuses to be built by several workers: for what can't be shared yet.
   *
   * @param why a reason that follows the word «because»
   * @throws IllegalArgumentException if there are several
   */
  public void requireOneWorker(String why) {
    if (workers.isPresent()) {
      throw new IllegalArgumentException(
          "%d workers can't train this together, because %s; train it with one"
              .formatted(workers.get().place().count(), why));
    }
  }

  private static void requireEqualShares(int count, List<StreamRequest> requests) {
    for (StreamRequest request : requests) {
      if (request.batch() % count != 0) {
        List<Integer> possible =
            IntStream.rangeClosed(2, request.batch())
                .filter(n -> requests.stream().allMatch(r -> r.batch() % n == 0))
                .boxed()
                .toList();
        throw new IllegalArgumentException(
            "%d workers can't share the batch of %d images of stream '%s' equally; %s"
                .formatted(
                    count,
                    request.batch(),
                    request.name(),
                    possible.isEmpty()
                        ? "none can share all batches of this phase: raise them"
                        : "possible numbers are " + possible));
      }
    }
  }

  private Forward shared(Forward pass) {
    return collected(workers.map(pass::sharedBy).orElse(pass));
  }

  private Forward collected(Forward pass) {
    passes.add(pass);
    return pass;
  }

  /** Returns a step of updates that moves nothing else but what its passes move. */
  public Step step(String name, List<String> streams, List<Update> updates) {
    return step(name, streams, updates, List.of(), Map.of());
  }

  /**
   * Returns a step. The passes that were made since the step before belong to it: they end here,
   * and their running statistics move first, pass after pass.
   *
   * @param name unique in the phase
   * @param streams names of the streams that are drawn
   * @param updates gradient steps
   * @param stateUpdates changes of variables that no pass makes: an averaged teacher, prototypes
   * @param metrics scalars that are logged but not minimised
   */
  public Step step(
      String name,
      List<String> streams,
      List<Update> updates,
      List<StateUpdate> stateUpdates,
      Map<String, Operand<TFloat32>> metrics) {
    var moved = new ArrayList<StateUpdate>();
    passes.forEach(pass -> moved.addAll(pass.end()));
    passes.clear();
    moved.addAll(stateUpdates);
    return new Step(name, streams, updates, moved, metrics);
  }

  /**
   * Checks that every pass belongs to a step.
   *
   * @throws IllegalStateException if one that moves something was made after the last step
   */
  void requireAllPassesInSteps() {
    for (Forward pass : passes) {
      if (!pass.stateUpdates().isEmpty()) {
        throw new IllegalStateException(
            "a pass was made after the last step, so no step would move '"
                + pass.stateUpdates().get(0).variable()
                + "'; make passes before their step, or ask for them without state updates");
      }
    }
  }

  /**
   * Returns the seed of one use of randomness, shape [2]: a function of the run's seed, the
   * iteration and {@code use}.
   */
  public Operand<TInt64> seed(String use) {
    long salt = Hashing.sha256().hashString(use, StandardCharsets.UTF_8).asLong();
    return tf.math.add(seed, tf.constant(new long[] {salt, 0}));
  }

  /** Returns the iteration of the phase, from 0, scalar. */
  public Operand<TInt64> iteration() {
    return tf.gather(seed, tf.constant(1), tf.constant(0));
  }

  /** Returns the placeholder of (run's seed, iteration), shape [2]. */
  public Placeholder<TInt64> seedFeed() {
    return seed;
  }

  /**
   * Returns the height and width that the current sample had before its transforms, shape [2]; fed
   * in passes over a data set, not in training.
   */
  public Placeholder<TInt32> nativeSize() {
    return nativeSize;
  }
}
