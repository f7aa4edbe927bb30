package org.crossfade.training.workers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ConfigProto;

/**
 * Asks the servers of the other workers every few seconds whether they are there. A process that
 * ended refuses; one that hangs does not answer.
 */
final class LifeWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LifeWatch.class);

  /** After how long without an answer a worker counts as hanging. */
  static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final Duration PAUSE = Duration.ofSeconds(3);
  private static final int LOOK_MILLIS = 2000;

  private final Cluster cluster;
  private final Consumer<String> lost;
  private final List<Thread> threads = new ArrayList<>();
  private final long[] answered;
  private volatile boolean ended;

  /**
   * Starts to watch.
   *
   * @param config of the sessions
   * @param lost hears of the first worker that is lost, on a thread of the watch
   */
  LifeWatch(Cluster cluster, ConfigProto config, Consumer<String> lost) {
    this.cluster = cluster;
    this.lost = lost;
    this.answered = new long[cluster.size()];
    for (int i = 0; i < cluster.size(); i++) {
      answered[i] = System.nanoTime();
      if (i != cluster.index()) {
        int other = i;
        start("worker-" + i, () -> ask(other, config));
      }
    }
    start("workers", this::look);
  }

  private void start(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void ask(int other, ConfigProto config) {
    String target = "grpc://" + cluster.addresses().get(other);
    while (!ended) {
      try (var question = new TargetSession.Question(target, config)) {
        while (!ended) {
          question.ask();
          synchronized (answered) {
            answered[other] = System.nanoTime();
          }
          Thread.sleep(PAUSE.toMillis());
        }
      } catch (TensorFlowException e) {
        // It may be the connection alone: what the address itself says decides.
        unreachable(other).ifPresent(this::tell);
        LOG.debug("{} did not answer", cluster.name(other), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void look() {
    try {
      while (!ended) {
        Thread.sleep(1000);
        for (int i = 0; i < cluster.size(); i++) {
          if (i != cluster.index() && silent(i)) {
            tell(
                cluster.name(i)
                    + " has given no sign of life for "
                    + PATIENCE.toSeconds()
                    + " seconds: it hangs, or the network does");
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean silent(int other) {
    synchronized (answered) {
      return System.nanoTime() - answered[other] > PATIENCE.toNanos();
    }
  }

  private void tell(String what) {
    if (!ended) {
      ended = true;
      lost.accept(what);
    }
  }

  /** Returns what is wrong with a worker's address, if something is. */
  private Optional<String> unreachable(int other) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(cluster.host(other), cluster.port(other)), LOOK_MILLIS);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          cluster.name(other)
              + " is gone: its port does not answer any more ("
              + e.getMessage()
              + ")");
    }
  }

  /** Returns the first worker that can't be reached now, in words. */
  Optional<String> gone() {
    for (int i = 0; i < cluster.size(); i++) {
      if (i != cluster.index()) {
        Optional<String> found = unreachable(i);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** Ends the watch. */
  @Override
  public void close() {
    ended = true;
    threads.forEach(Thread::interrupt);
  }
}
