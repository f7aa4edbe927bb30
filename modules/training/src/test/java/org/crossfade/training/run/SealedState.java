package org.crossfade.training.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Writes another {@code state.json} whose checksum is right, as another program would. */
public final class SealedState {
  private SealedState() {}

  /** Changes the text of a checkpoint's state and seals it. */
  public static void change(Path checkpoint, UnaryOperator<String> change) throws IOException {
    Path state = checkpoint.resolve("state.json");
    Files.writeString(state, change.apply(Files.readString(state)));
    Json.write(state, Json.read(state, Checkpoint.Contents.class).sealed());
  }
}
