package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.RunDirectory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other versions left is used as far as it can be, and never gone on with. */
class FormatTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COMMIT = "fbe1216";

  @TempDir static Path shared;
  private static Path trained;

  @TempDir Path folder;
  private RunDirectory run;

  @BeforeAll
  static void trainOnce() {
    trained = shared.resolve("run");
    Typed training =
        Typed.command("train")
            .settings("tiny.target-iterations = 0")
            .add("--run-dir", trained)
            .run();
    assertThat(training.code()).as(training.err()).isEqualTo(CommandLine.DONE);
  }

  @BeforeEach
  void copy() throws IOException {
    TinyFolders.copy(trained, folder.resolve("run"));
    run = new RunDirectory(folder.resolve("run"));
  }

  @Test
  void runFolderAndCheckpointCarryTheNumber() throws IOException {
    assertThat(JSON.readTree(run.provenance().toFile()).get("format").asInt())
        .isEqualTo(Format.CURRENT);
    assertThat(JSON.readTree(state().toFile()).get("format").asInt()).isEqualTo(Format.CURRENT);
  }

  @Test
  void anOlderFolderIsEvaluatedAndPredictsAsBefore() throws IOException {
    makeOld();

    Typed evaluated = typed("evaluate");
    Path image = folder.resolve("image.png");
    TinyFolders.image(image, 64, 32);
    Typed predicted =
        Typed.command("predict")
            .add("--run-dir", run.root(), "--out", folder.resolve("out"), image)
            .run();

    assertThat(evaluated.code()).as(evaluated.err()).isEqualTo(CommandLine.DONE);
    assertThat(withoutSpeed(evaluated.out()))
        .isEqualTo(withoutSpeed(Typed.command("evaluate").add("--run-dir", trained).run().out()));
    assertThat(predicted.code()).as(predicted.err()).isEqualTo(CommandLine.DONE);
  }

  @Test
  void anOlderFolderIsNeverResumed() throws IOException {
    makeOld();

    Typed resumed = typed("train");

    assertThat(resumed.code()).isEqualTo(CommandLine.FAILED);
    assertThat(resumed.err())
        .contains(run.root().toString(), "format 1", "another --run-dir", COMMIT);
  }

  @Test
  void anOlderCheckpointIsNeverResumed() throws IOException {
    edit(state(), node -> node.put("format", 1));

    Typed resumed = typed("train");

    assertThat(resumed.code()).isEqualTo(CommandLine.FAILED);
    assertThat(resumed.err()).contains(state().getParent().toString(), "format 1", COMMIT);
  }

  @Test
  void anOlderFolderWhoseOptionsCantBeReadNamesTheCommitThatReadsIt() throws IOException {
    makeOld();
    Files.writeString(
        run.config(), Files.readString(run.config()).replace("log-every", "log-each"));

    Typed evaluated = typed("evaluate");

    assertThat(evaluated.code()).isEqualTo(CommandLine.FAILED);
    assertThat(evaluated.err())
        .contains(run.root().toString(), "format 1", COMMIT, "unknown key 'run.log-each'");
  }

  @Test
  void aNewerFolderIsRefused() throws IOException {
    edit(run.provenance(), node -> node.put("format", Format.CURRENT + 1).put("more", true));

    for (String verb : new String[] {"train", "evaluate"}) {
      Typed refused = typed(verb);

      assertThat(refused.code()).as(verb).isEqualTo(CommandLine.FAILED);
      assertThat(refused.err())
          .contains(run.root().toString(), "format " + (Format.CURRENT + 1), "version that wrote");
    }
  }

  /** As versions without numbers wrote it: the loop's state had one level. */
  private void makeOld() throws IOException {
    edit(run.provenance(), node -> node.remove("format"));
    edit(
        state(),
        node -> {
          node.put("format", 1);
          node.putObject("loop").put("phase", TinyMethod.SOURCE).put("iteration", 6);
        });
  }

  private Path state() {
    return run.phase(TinyMethod.SOURCE).resolve("state.json");
  }

  private static void edit(Path file, Consumer<ObjectNode> change) throws IOException {
    var node = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(node);
    JSON.writeValue(file.toFile(), node);
  }

  private Typed typed(String verb) {
    return Typed.command(verb).add("--run-dir", run.root()).run();
  }

  private static String withoutSpeed(String table) {
    return table.replaceAll("[0-9.]+ images/s", "");
  }
}
