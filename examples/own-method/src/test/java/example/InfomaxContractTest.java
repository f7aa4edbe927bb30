package example;

import java.io.IOException;
import java.nio.file.Path;
import org.crossfade.methodtest.MethodContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfomaxContractTest {
  @Test
  void keepsTheContract(@TempDir Path folder) throws IOException {
    MethodContract.assertKept("infomax", folder);
  }

  @Test
  void isTheSameAfterACrashInEveryPhase(@TempDir Path folder) throws IOException {
    MethodContract.assertSameAfterCrashes("infomax", folder);
  }
}
