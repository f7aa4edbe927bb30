package org.crossfade.training.workers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crossfade.core.graph.Workers;

/**
 * Which processes train together, and which of them this is.
 *
 * @param addresses {@code host:port} of every worker, in order
 * @param index of this one, from 0
 */
public record Cluster(List<String> addresses, int index) {
  /** Says that {@code TF_CONFIG} names the workers. */
  public static final String TF_CONFIG = "tf-config";

  /** Says that Slurm's variables name the workers. */
  public static final String SLURM = "slurm";

  private static final Pattern ADDRESS = Pattern.compile("[^\\s:/]+:(?<port>\\d{1,5})");
  private static final Pattern NODES = Pattern.compile("([^,\\[]+)(?:\\[([^\\]]+)])?([^,]*),?");
  private static final int FIRST_PORT = 20_000;
  private static final int PORTS = 10_000;

  /**
   * Checks the addresses.
   *
   * @throws IllegalArgumentException if there are fewer than two, one is there twice or is of
   *     another form, or the index is none of theirs
   */
  public Cluster {
    addresses = List.copyOf(addresses);
    for (String address : addresses) {
      Matcher parts = ADDRESS.matcher(address);
      if (!parts.matches()
          || Integer.parseInt(parts.group("port")) < 1
          || Integer.parseInt(parts.group("port")) > 65_535) {
        throw new IllegalArgumentException(
            "worker '" + address + "': expected HOST:PORT, such as node1:7000");
      }
    }
    if (addresses.size() < 2) {
      throw new IllegalArgumentException(
          "several workers are two or more, found " + addresses + "; one needs no --workers");
    }
    if (new HashSet<>(addresses).size() < addresses.size()) {
      throw new IllegalArgumentException(
          "two workers have one address in " + addresses + "; give each a port of its own");
    }
    if (index < 0 || index >= addresses.size()) {
      throw new IllegalArgumentException(
          "which of the %d workers is this? --worker is from 0 to %d, found %d"
              .formatted(addresses.size(), addresses.size() - 1, index));
    }
  }

  /** Returns how many workers there are. */
  public int size() {
    return addresses.size();
  }

  /** Returns which worker this is, of how many. */
  public Workers.Place place() {
    return new Workers.Place(index, addresses.size());
  }

  /** Returns a worker in words. */
  String name(int worker) {
    return "worker " + worker + " (" + addresses.get(worker) + ")";
  }

  /** Returns the host of a worker. */
  String host(int worker) {
    return Splitter.on(':').splitToList(addresses.get(worker)).get(0);
  }

  /** Returns the port of a worker. */
  int port(int worker) {
    return Integer.parseInt(Splitter.on(':').splitToList(addresses.get(worker)).get(1));
  }

  /**
   * Reads where the workers are.
   *
   * @param workers addresses separated by commas, or {@value #TF_CONFIG} or {@value #SLURM}
   * @param index of this one; needed with addresses, and given by the environment otherwise
   * @param environment of the process
   * @throws IllegalArgumentException if something is missing; the message says what
   */
  public static Cluster of(
      List<String> workers, Optional<Integer> index, Map<String, String> environment) {
    if (workers.equals(List.of(TF_CONFIG))) {
      return ofTensorFlow(environment);
    }
    if (workers.equals(List.of(SLURM))) {
      return ofSlurm(environment);
    }
    return new Cluster(
        workers,
        index.orElseThrow(
            () -> new IllegalArgumentException("which of the workers is this? Give --worker")));
  }

  private static Cluster ofTensorFlow(Map<String, String> environment) {
    String text = required(environment, "TF_CONFIG");
    try {
      JsonNode config = new ObjectMapper().readTree(text);
      var addresses = new ArrayList<String>();
      config.at("/cluster/worker").forEach(address -> addresses.add(address.asText()));
      String type = config.at("/task/type").asText("worker");
      if (!type.equals("worker") || config.at("/cluster").size() != 1) {
        throw new IllegalArgumentException(
            "TF_CONFIG has tasks other than workers; expected"
                + " {\"cluster\": {\"worker\": [...]}, \"task\": {\"type\": \"worker\","
                + " \"index\": 0}}, found "
                + text);
      }
      return new Cluster(addresses, config.at("/task/index").asInt(-1));
    } catch (IOException e) {
      throw new IllegalArgumentException("TF_CONFIG is no JSON: " + text, e);
    }
  }

  /** One worker a task; tasks on one node have ports one after the other. */
  private static Cluster ofSlurm(Map<String, String> environment) {
    List<String> nodes = nodes(required(environment, "SLURM_JOB_NODELIST"));
    List<Integer> tasks = counts(required(environment, "SLURM_STEP_TASKS_PER_NODE"));
    int first = FIRST_PORT + (int) (number(environment, "SLURM_JOB_ID") % PORTS);
    if (tasks.size() != nodes.size()) {
      throw new IllegalArgumentException(
          "SLURM_STEP_TASKS_PER_NODE has %d nodes and SLURM_JOB_NODELIST %d; start the workers by"
                  .formatted(tasks.size(), nodes.size())
              + " srun on all nodes of the job");
    }
    var addresses = new ArrayList<String>();
    for (int node = 0; node < nodes.size(); node++) {
      for (int task = 0; task < tasks.get(node); task++) {
        addresses.add(nodes.get(node) + ":" + (first + task));
      }
    }
    return new Cluster(addresses, (int) number(environment, "SLURM_PROCID"));
  }

  /** Reads {@code gpu[01-03,07],login}. */
  static List<String> nodes(String list) {
    var nodes = new ArrayList<String>();
    Matcher parts = NODES.matcher(list);
    while (parts.find()) {
      String before = parts.group(1);
      String after = parts.group(3);
      if (parts.group(2) == null) {
        nodes.add(before + after);
        continue;
      }
      for (String range : Splitter.on(',').split(parts.group(2))) {
        List<String> ends = Splitter.on('-').splitToList(range);
        String form = "%0" + ends.get(0).length() + "d";
        int last = Integer.parseInt(ends.get(ends.size() - 1));
        for (int i = Integer.parseInt(ends.get(0)); i <= last; i++) {
          nodes.add(before + form.formatted(i) + after);
        }
      }
    }
    return nodes;
  }

  /** Reads {@code 2(x3),1}: three nodes of two tasks, one of one. */
  static List<Integer> counts(String list) {
    var counts = new ArrayList<Integer>();
    for (String part : Splitter.on(',').split(list)) {
      List<String> times = Splitter.on("(x").splitToList(part);
      int nodes = times.size() > 1 ? Integer.parseInt(times.get(1).replace(")", "")) : 1;
      for (int i = 0; i < nodes; i++) {
        counts.add(Integer.parseInt(times.get(0)));
      }
    }
    return counts;
  }

  private static long number(Map<String, String> environment, String variable) {
    return Long.parseLong(required(environment, variable));
  }

  private static String required(Map<String, String> environment, String variable) {
    String value = environment.get(variable);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          "the environment variable " + variable + " is not set, which --workers asks for");
    }
    return value;
  }
}
