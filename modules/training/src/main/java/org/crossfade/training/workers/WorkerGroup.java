package org.crossfade.training.workers;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.crossfade.core.graph.Workers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Server;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ClusterDef;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.JobDef;
import org.tensorflow.proto.ServerDef;
import org.tensorflow.types.TFloat32;

/**
 * This process as one of the workers of a run: its server, the sessions at it, and what workers
 * tell each other. All of it goes through TensorFlow's servers and collectives.
 */
public final class WorkerGroup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerGroup.class);
  private static final String JOB = "worker";
  private static final String TASK = "/job:" + JOB + "/replica:0/task:";

  /** How long workers wait for each other to start. */
  private static final Duration START = Duration.ofSeconds(60);

  /** More than any list of options has; a character is a number of four bytes. */
  private static final int LETTER = 1 << 16;

  private static final int WORD = 256;

  /** Collectives of one graph; no phase has as many. */
  private static final long KEYS = 1L << 20;

  private final Cluster cluster;
  private final ConfigProto config;
  private final Server server;
  private final Graph graph = new Graph();
  private final Session session;
  private final Exchange letters;
  private final Exchange words;
  private final Placeholder<TFloat32> asked;
  private final Operand<TFloat32> askedByAny;
  private final LifeWatch watch;
  private final int checkEvery;
  private BooleanSupplier stopAsked = () -> false;
  private long graphs;
  private volatile boolean leaving;

  private record Exchange(Placeholder<TFloat32> own, Operand<TFloat32> all, int length) {
    static Exchange in(Ops tf, Workers workers, int length) {
      Placeholder<TFloat32> own =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(length)));
      return new Exchange(own, workers.gathered(own), length);
    }
  }

  /**
   * Starts this worker's server and waits for the others.
   *
   * @param base threads and other properties of sessions
   * @param checkEvery iterations between checks that all have the same state; 0 for none but those
   *     at checkpoints
   * @throws WorkersException if one can't be reached within a minute, or this one can't listen
   */
  public WorkerGroup(Cluster cluster, ConfigProto base, int checkEvery) {
    this.checkEvery = checkEvery;
    this.cluster = cluster;
    this.config = configured(base);
    requireKnownHosts(cluster);
    this.server = started(cluster, config);
    awaitOthers(cluster);
    Ops tf = Ops.create(graph);
    var workers = new Workers(tf, place(), 0);
    this.letters = Exchange.in(tf, workers, LETTER);
    this.words = Exchange.in(tf, workers, WORD);
    this.asked = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(1)));
    this.askedByAny = workers.largest(asked);
    this.session = open(graph, config);
    this.watch = new LifeWatch(cluster, config, this::end);
  }

  /** Returns which worker this is, of how many. */
  public Workers.Place place() {
    return cluster.place();
  }

  /** Returns whether this worker writes what the run leaves. */
  public boolean writes() {
    return cluster.index() == 0;
  }

  /** Returns what the workers share in a graph that a session of {@link #open} runs. */
  public Workers in(Ops tf) {
    return new Workers(tf, place(), KEYS * ++graphs);
  }

  /** Opens a session at this worker's server. */
  public Session open(Graph of, ConfigProto base) {
    return TargetSession.open(
        of, "grpc://" + cluster.addresses().get(cluster.index()), configured(base));
  }

  private ConfigProto configured(ConfigProto base) {
    return base.toBuilder()
        // Every worker has variables of its own, and every session: a later phase's have the names
        // of an earlier one's.
        .setIsolateSessionState(true)
        .clearDeviceFilters()
        .addDeviceFilters(TASK + cluster.index())
        .setExperimental(
            base.getExperimental().toBuilder().setCollectiveGroupLeader(TASK + 0).build())
        .build();
  }

  private static void requireKnownHosts(Cluster cluster) {
    for (int i = 0; i < cluster.size(); i++) {
      try {
        InetAddress.getByName(cluster.host(i));
      } catch (UnknownHostException e) {
        throw new WorkersException(
            cluster.name(i) + ": there is no host '" + cluster.host(i) + "'; check --workers", e);
      }
    }
  }

  private static Server started(Cluster cluster, ConfigProto config) {
    var job = JobDef.newBuilder().setName(JOB);
    for (int i = 0; i < cluster.size(); i++) {
      job.putTasks(i, cluster.addresses().get(i));
    }
    var definition =
        ServerDef.newBuilder()
            .setCluster(ClusterDef.newBuilder().addJob(job))
            .setJobName(JOB)
            .setTaskIndex(cluster.index())
            .setProtocol("grpc")
            .setDefaultSessionConfig(config)
            .build();
    try {
      var server = new Server(definition);
      server.start();
      return server;
    } catch (TensorFlowException e) {
      throw new WorkersException(
          "worker %d can't listen on port %d: another process does, perhaps another worker (%s)"
              .formatted(cluster.index(), cluster.port(cluster.index()), firstLine(e)),
          e);
    }
  }

  private static void awaitOthers(Cluster cluster) {
    long end = System.nanoTime() + START.toNanos();
    for (int i = 0; i < cluster.size(); i++) {
      while (!listens(cluster, i)) {
        if (System.nanoTime() > end) {
          throw new WorkersException(
              "%s did not start within %d seconds: nothing listens at that address, or a firewall"
                      .formatted(cluster.name(i), START.toSeconds())
                  + " is between. Start every worker with the same --workers and its own --worker");
        }
        pause(200);
      }
    }
  }

  private static boolean listens(Cluster cluster, int worker) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(cluster.host(worker), cluster.port(worker)), 2000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkersException("interrupted while waiting for other workers", e);
    }
  }

  /**
   * Checks that all workers are about to do the same.
   *
   * @param identity what decides it, line by line: options, data, versions, where the run stands
   * @throws WorkersException with the lines that differ
   */
  public void requireSame(String identity) {
    List<String> all = exchanged(letters, identity);
    for (int i = 1; i < all.size(); i++) {
      if (!all.get(i).equals(all.get(0))) {
        throw new WorkersException(
            "%s and %s are not about to train the same:\n%s"
                .formatted(
                    cluster.name(0), cluster.name(i), Differences.of(all.get(0), all.get(i))));
      }
    }
  }

  /**
   * Checks that a state is the same on all workers.
   *
   * @param what it is, for the message
   * @param hash of it, at most {@value #WORD} characters
   * @throws WorkersException if not
   */
  public void requireSameState(String what, String hash) {
    List<String> all = exchanged(words, hash);
    for (int i = 1; i < all.size(); i++) {
      if (!all.get(i).equals(all.get(0))) {
        throw new WorkersException(
            "%s differs between %s (%s) and %s (%s). Processors of different kinds round differently:"
                    .formatted(what, cluster.name(0), all.get(0), cluster.name(i), all.get(i))
                + " use one kind; the last checkpoint is whole");
      }
    }
  }

  /** Says where this worker's user asks for an end. */
  public void stopWhen(BooleanSupplier asks) {
    stopAsked = asks;
  }

  /** Returns whether any worker's user asks for an end; all have to call this at the same place. */
  public boolean stopAsked() {
    return agree(stopAsked.getAsBoolean());
  }

  /** Returns whether the state is compared after so many iterations, beside checkpoints. */
  public boolean checksStateAfter(long done) {
    return checkEvery > 0 && done % checkEvery == 0;
  }

  /** Returns whether any worker asks; all have to call this at the same place. */
  public boolean agree(boolean own) {
    try (TFloat32 value = TFloat32.vectorOf(own ? 1 : 0);
        var result = session.runner().feed(asked, value).fetch(askedByAny).run()) {
      return ((TFloat32) result.get(0)).getFloat(0) > 0;
    } catch (TensorFlowException e) {
      throw failed(e);
    }
  }

  private List<String> exchanged(Exchange exchange, String text) {
    float[] own = new float[exchange.length()];
    for (int i = 0; i < Math.min(own.length, text.length()); i++) {
      own[i] = text.charAt(i);
    }
    var texts = new ArrayList<String>();
    try (TFloat32 value = TFloat32.tensorOf(Shape.of(own.length), DataBuffers.of(own));
        var result = session.runner().feed(exchange.own(), value).fetch(exchange.all()).run()) {
      float[] all = new float[own.length * cluster.size()];
      ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(all);
      for (int worker = 0; worker < cluster.size(); worker++) {
        var one = new StringBuilder();
        for (int i = worker * own.length; i < (worker + 1) * own.length && all[i] > 0; i++) {
          one.append((char) all[i]);
        }
        texts.add(one.toString());
      }
      return texts;
    } catch (TensorFlowException e) {
      throw failed(e);
    }
  }

  /** Returns what a failed step means, for a person: which worker is lost, if one is. */
  public RuntimeException failed(TensorFlowException thrown) {
    // The others' ports close a moment after their connections break.
    for (int i = 0; i < 15; i++) {
      Optional<String> gone = watch.gone();
      if (gone.isPresent()) {
        return new WorkersException(ending(gone.get()), thrown);
      }
      pause(200);
    }
    String message = String.valueOf(thrown.getMessage());
    return message.contains("Collective") || message.contains("RecvBuf")
        ? new WorkersException(
            "the workers lost each other: " + firstLine(thrown) + ". The last checkpoint is whole",
            thrown)
        : thrown;
  }

  private static String firstLine(Throwable thrown) {
    return Splitter.on('\n').splitToList(String.valueOf(thrown.getMessage())).get(0);
  }

  private String ending(String what) {
    return what
        + "; worker "
        + cluster.index()
        + " ends, too. The last checkpoint is whole: the same command goes on from there";
  }

  /** A step that waits for a lost worker can't be interrupted: the process ends. */
  private void end(String what) {
    if (!leaving) {
      LOG.error("{}", ending(what));
      System.err.println("error: " + ending(what));
      System.err.flush();
      Runtime.getRuntime().halt(1);
    }
  }

  /** Leaves the group when all have come to the end. */
  public void leave() {
    leaving = true;
    agree(false);
    watch.close();
  }

  @Override
  public void close() {
    leaving = true;
    watch.close();
    session.close();
    graph.close();
    // The server itself ends with the process: TensorFlow can't stop one of its kind.
    LOG.debug("worker {} of {} has ended ({})", cluster.index(), cluster.size(), server);
  }
}
