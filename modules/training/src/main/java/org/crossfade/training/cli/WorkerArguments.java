package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.training.config.Methods;
import org.crossfade.training.workers.Cluster;
import org.crossfade.training.workers.WorkerGroup;
import org.tensorflow.proto.ConfigProto;

/** Several processes that train one run together. */
final class WorkerArguments {
  static final String WORKERS = "--workers";
  static final String WORKER = "--worker";
  static final String LOCAL = "--local-workers";

  @Parameter(
      names = WORKERS,
      description =
          "Train with several processes: HOST:PORT of each, separated by commas, the same list for"
              + " all; or tf-config or slurm, to take list and place from the environment"
              + " (TF_CONFIG, Slurm's variables)")
  private List<String> workers = new ArrayList<>();

  @Parameter(names = WORKER, description = "Which of --workers this process is, from 0")
  private Integer worker;

  @Parameter(
      names = LOCAL,
      description =
          "Start this many processes on this machine that train together, in a network of their own"
              + " where the system allows it")
  private int local;

  @Parameter(
      names = "--trusted-network",
      description =
          "Say that whoever reaches the workers' ports may: TensorFlow's server listens on every"
              + " address of the machine, asks for no password, and whoever reaches it can run"
              + " graphs, which read and write files as you. Needed by --workers on a machine with"
              + " an address other than loopback")
  private boolean trusted;

  @Parameter(
      names = "--check-workers-every",
      description =
          "Iterations between checks that all workers have the same state (default: 0, at"
              + " checkpoints alone)")
  private int checkEvery;

  /** Returns how many processes are to be started here; 0 for none. */
  int local() {
    if (local != 0 && (local < 2 || !workers.isEmpty())) {
      throw new ParameterException(
          LOCAL + " is 2 or more, and has no " + WORKERS + " beside it; found " + local);
    }
    return local;
  }

  /**
   * Returns who trains together, if several do.
   *
   * @throws ParameterException if the workers are not named as they should be, or the network is
   *     not said to be trusted
   */
  Optional<Cluster> cluster() {
    if (workers.isEmpty()) {
      if (worker != null) {
        throw new ParameterException(WORKER + " needs " + WORKERS);
      }
      return Optional.empty();
    }
    Cluster cluster;
    try {
      cluster = Cluster.of(workers, Optional.ofNullable(worker), System.getenv());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(WORKERS + ": " + e.getMessage(), e);
    }
    if (!trusted) {
      requireLoopbackAlone();
    }
    return Optional.of(cluster);
  }

  /**
   * Starts this process's part of the workers.
   *
   * @param config threads of TensorFlow
   */
  WorkerGroup join(Cluster cluster, ConfigProto config) {
    return new WorkerGroup(cluster, config, checkEvery);
  }

  /**
   * Checks that a method may be shared.
   *
   * @throws IllegalArgumentException if that is not shown; the message lists those of which it is
   */
  static void requireShared(String method) {
    if (!Methods.named(method).sharedByWorkers()) {
      throw new IllegalArgumentException(
          "%s can't be trained by several workers yet: that they compute what one process does is"
                  .formatted(method)
              + " shown for "
              + Methods.all().stream()
                  .filter(AdaptationMethod.Factory::sharedByWorkers)
                  .map(AdaptationMethod.Factory::name)
                  .collect(Collectors.joining(", "))
              + " alone; train it with one");
    }
  }

  private static void requireLoopbackAlone() {
    try {
      for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (one.isUp() && !one.isLoopback() && one.getInetAddresses().hasMoreElements()) {
          throw new ParameterException(
              "this machine has the address %s (%s), and TensorFlow's server listens on all of them:"
                      .formatted(
                          one.getInetAddresses().nextElement().getHostAddress(), one.getName())
                  + " whoever reaches port and machine can run graphs, which read and write files"
                  + " as you. Close the ports to others, then say --trusted-network; or use "
                  + LOCAL);
        }
      }
    } catch (SocketException e) {
      throw new ParameterException(
          "the addresses of this machine can't be told ("
              + e.getMessage()
              + "); if nobody else"
              + " reaches it, say --trusted-network",
          e);
    }
  }
}
