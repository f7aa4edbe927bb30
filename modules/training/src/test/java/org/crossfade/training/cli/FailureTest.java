package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.beust.jcommander.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crossfade.core.data.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user can cause has a message; all else is said to be a mistake, its trace in a file. */
class FailureTest {
  @TempDir Path folder;

  /** A command that fails. */
  private static final class Failing implements Command {
    @Parameter(description = "words")
    private List<String> words = new ArrayList<>();

    private final Runnable work;
    private final Optional<Path> folder;

    private Failing(Optional<Path> folder, Runnable work) {
      this.work = work;
      this.folder = folder;
    }

    @Override
    public String verb() {
      return "fail";
    }

    @Override
    public boolean helpAsked() {
      return false;
    }

    @Override
    public int run(List<String> typed) {
      work.run();
      return words.size();
    }

    @Override
    public Optional<Path> workFolder() {
      return folder;
    }
  }

  private record Told(int code, String err) {}

  private static Told told(Optional<Path> folder, Runnable work, String... words) {
    PrintStream before = System.err;
    var err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int code = CommandLine.single("fail", new Failing(folder, work)).run(words);
      return new Told(code, err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
  }

  private static Told told(Throwable thrown) {
    return told(
        Optional.empty(),
        () -> {
          if (thrown instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) thrown;
        });
  }

  @Test
  void aMistakeIsSaidAndItsTraceIsInTheWorkFolder() throws IOException {
    Told told =
        told(
            Optional.of(folder),
            () -> {
              throw new IllegalStateException("two of them");
            },
            "a",
            "b");

    assertThat(told.code()).isEqualTo(CommandLine.FAILED);
    assertThat(told.err())
        .contains("this is a mistake of Crossfade's: IllegalStateException: two of them")
        .doesNotContain("\tat ");
    Path file = fileNamedIn(told.err());
    assertThat(file).hasParent(folder);
    assertThat(Files.readString(file))
        .contains("crossfade a b", "java.lang.IllegalStateException: two of them", "\tat ");
  }

  @Test
  void withoutAWorkFolderTheTraceIsAmongTemporaryFiles() throws IOException {
    for (Optional<Path> none : List.of(Optional.<Path>empty(), Optional.of(Path.of("/proc/x")))) {
      Told told =
          told(
              none,
              () -> {
                throw new NullPointerException();
              });

      Path file = fileNamedIn(told.err());
      assertThat(file).hasParent(Path.of(System.getProperty("java.io.tmpdir")));
      assertThat(file).content().contains("NullPointerException");
      Files.delete(file);
    }
  }

  @Test
  void anArgumentThatJavaRefusesIsAMistakeAndOneThatCrossfadeRefusesIsNot() throws IOException {
    Told java = told(Optional.of(folder), () -> Integer.parseInt("x"));
    Told ours = told(new IllegalArgumentException("classes must be positive"));

    assertThat(java.err()).contains("mistake of Crossfade's", "NumberFormatException");
    assertThat(ours.err()).isEqualTo("error: classes must be positive\n");
  }

  @Test
  void memoryThatRanOutNamesTheLimitAndWhatWasBeingDone() {
    long limit = Runtime.getRuntime().maxMemory() >> 20;
    var error = new OutOfMemoryError("Java heap space");

    Told bare = told(error);
    Told reading = told(new DataException("photo.png: 20000x14000", error));

    assertThat(bare.code()).isEqualTo(CommandLine.FAILED);
    assertThat(bare.err())
        .contains("memory ran out (Java heap space)", limit + " MB", "-Xmx")
        .doesNotContain("mistake");
    assertThat(reading.err()).contains("-Xmx", "photo.png: 20000x14000");
  }

  @Test
  void memoryOfTheSystemIsNotPutDownToTheHeap() {
    Told nativeMemory = told(new IllegalStateException("std::bad_alloc"));
    Told threads =
        told(new OutOfMemoryError("unable to create native thread: possibly out of memory"));

    assertThat(nativeMemory.err()).contains("outside of Java's heap").doesNotContain("-Xmx");
    assertThat(threads.err()).contains("run.threads").doesNotContain("-Xmx");
  }

  @Test
  void aStackThatOverflowsIsNoTraceOfAThousandLines() throws IOException {
    Told told = told(Optional.of(folder), () -> deeper(0));

    assertThat(told.err()).contains("StackOverflowError").hasLineCount(2);
    assertThat(fileNamedIn(told.err())).content().contains("deeper");
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int deeper(int depth) {
    return deeper(depth + 1) + 1;
  }

  @Test
  void aNameThatTheLocaleCantWriteNamesTheVariable() {
    Told told = told(new InvalidPathException("?.png", "unmappable characters"));

    assertThat(told.err()).contains("?.png", "LC_ALL=C.UTF-8").doesNotContain("mistake");
  }

  /** A name in a file of weights may hold what turns a terminal's colours, or its title. */
  @Test
  void controlCharactersDoNotReachTheTerminal() {
    Told told = told(new DataException("tensor \u001b]0;x\u0007\u009b31m\rname\tok"));

    assertThat(told.err()).isEqualTo("error: tensor \\u001b]0;x\\u0007\\u009b31m\nname\tok\n");
  }

  @Test
  void aMessageHasAnEnd() {
    Told lines = told(new DataException("line\n".repeat(5000)));
    Told wide = told(new DataException("x".repeat(1_000_000)));

    assertThat(lines.err()).hasLineCount(201).endsWith("and 4800 more lines\n");
    assertThat(wide.err()).hasSizeLessThan(2100).endsWith("...\n");
  }

  private static Path fileNamedIn(String message) {
    Matcher file = Pattern.compile("is in (.*\\.txt);").matcher(message);
    assertThat(file.find()).as(message).isTrue();
    return Path.of(file.group(1));
  }
}
