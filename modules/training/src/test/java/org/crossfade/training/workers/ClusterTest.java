package org.crossfade.training.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.training.options.DeviceOptions;
import org.crossfade.training.session.PhaseSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where workers are, from the command line and from launchers' environments. */
class ClusterTest {
  @Test
  void addressesComeFromTheCommandLine() {
    Cluster cluster = Cluster.of(List.of("one:7000", "two:7001"), Optional.of(1), Map.of());

    assertThat(cluster.addresses()).containsExactly("one:7000", "two:7001");
    assertThat(cluster.index()).isEqualTo(1);
  }

  @Test
  void addressesComeFromTensorFlowsVariable() {
    Cluster cluster =
        Cluster.of(
            List.of("tf-config"),
            Optional.empty(),
            Map.of(
                "TF_CONFIG",
                "{\"cluster\": {\"worker\": [\"a:1\", \"b:2\"]}, \"task\": {\"type\": \"worker\","
                    + " \"index\": 1}}"));

    assertThat(cluster).isEqualTo(new Cluster(List.of("a:1", "b:2"), 1));
  }

  @Test
  void addressesComeFromSlurmsVariables() {
    Cluster cluster =
        Cluster.of(
            List.of("slurm"),
            Optional.empty(),
            Map.of(
                "SLURM_JOB_NODELIST", "gpu[01-02,07],login",
                "SLURM_STEP_TASKS_PER_NODE", "2,1(x3)",
                "SLURM_JOB_ID", "1234567",
                "SLURM_PROCID", "4"));

    assertThat(cluster.addresses())
        .containsExactly("gpu01:24567", "gpu01:24568", "gpu02:24567", "gpu07:24567", "login:24567");
    assertThat(cluster.index()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "one:7000 | 0 | several workers are two or more",
        "one,two:7001 | 0 | 'one': expected HOST:PORT",
        "one:99999,two:7001 | 0 | expected HOST:PORT",
        "one:7000,one:7000 | 0 | two workers have one address",
        "one:7000,two:7001 | 2 | --worker is from 0 to 1, found 2",
        "tf-config | 0 | TF_CONFIG is not set",
        "slurm | 0 | SLURM_JOB_NODELIST is not set"
      })
  void whatIsWrongIsNamed(String workers, int index, String message) {
    assertThatThrownBy(
            () -> Cluster.of(List.of(workers.split(",", -1)), Optional.of(index), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void parameterServersAreRefused() {
    assertThatThrownBy(
            () ->
                Cluster.of(
                    List.of("tf-config"),
                    Optional.empty(),
                    Map.of(
                        "TF_CONFIG", "{\"cluster\": {\"worker\": [\"a:1\"], \"ps\": [\"b:2\"]}}")))
        .hasMessageContaining("TF_CONFIG has tasks other than workers");
  }

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    try (var taken = new ServerSocket(0)) {
      var cluster = new Cluster(List.of("localhost:" + taken.getLocalPort(), "localhost:1"), 0);

      assertThatThrownBy(
              () -> new WorkerGroup(cluster, PhaseSession.config(1, DeviceOptions.AUTO), 0))
          .isInstanceOf(WorkersException.class)
          .hasMessageContaining("worker 0 can't listen on port " + taken.getLocalPort())
          .hasMessageContaining("another process does");
    }
  }

  @Test
  void aHostThatIsNotThereIsNamed() {
    var cluster = new Cluster(List.of("localhost:1", "nowhere.invalid:2"), 0);

    assertThatThrownBy(
            () -> new WorkerGroup(cluster, PhaseSession.config(1, DeviceOptions.AUTO), 0))
        .isInstanceOf(WorkersException.class)
        .hasMessageContaining("worker 1 (nowhere.invalid:2): there is no host 'nowhere.invalid'");
  }

  @Test
  void differencesAreTheLinesThatOneSideHas() {
    assertThat(Differences.of("a\nb\nc", "a\nB\nc")).isEqualTo("  first: b\n  other: B");
  }
}
