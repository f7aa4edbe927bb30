package org.crossfade.training.loop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.FileContent;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.run.WholeFile;

/**
 * Which files a run was begun with, so that it never goes on with others unsaid. What counts is
 * their content: the same files under another root, or of another date, are the same data.
 *
 * @param data of the task
 * @param run whose folder keeps the lists
 */
record DataRecord(TaskData data, RunDirectory run) {
  private static final String SEPARATOR = "  ";
  private static final int DIGITS = 64;
  private static final int DIGITS_SHOWN = 12;

  /** Writes a list for each data set that is read from files. */
  void write() throws IOException {
    Set<Dataset> listed = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Map.Entry<String, Dataset> part : data.byPart().entrySet()) {
      List<FileContent> files = listed.add(part.getValue()) ? files(part.getValue()) : List.of();
      if (!files.isEmpty()) {
        Files.createDirectories(run.data());
        String lines =
            files.stream()
                .map(file -> file.sha256() + SEPARATOR + file.name() + "\n")
                .collect(Collectors.joining());
        WholeFile.write(list(part.getKey()), lines.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** Deletes the lists. */
  void delete() throws IOException {
    Checkpoint.deleteFolder(run.data());
  }

  /**
   * Checks that the data are those that the run was begun with.
   *
   * @param recorded fingerprint of each data set by its part
   * @throws RunFolderException naming the first file that differs
   */
  void requireSame(Map<String, String> recorded) throws IOException {
    for (Map.Entry<String, Dataset> part : data.byPart().entrySet()) {
      String then = recorded.get(part.getKey());
      if (then != null && !then.equals(part.getValue().fingerprint())) {
        throw new RunFolderException(
            "the run folder '"
                + run.root()
                + "' was begun with other "
                + part.getKey()
                + " data than "
                + part.getValue()
                + ": "
                + difference(part.getKey(), part.getValue())
                + "\nGo on with the data that it was begun with, wherever they lie now; or give"
                + " another --run-dir");
      }
    }
  }

  private String difference(String part, Dataset dataset) throws IOException {
    List<FileContent> now = files(dataset);
    if (now.isEmpty()) {
      return "these are generated, with other settings";
    }
    if (!Files.exists(list(part))) {
      return "there is no list of the files then (" + list(part) + ")";
    }
    List<FileContent> then = read(list(part));
    int first =
        IntStream.range(0, Math.min(then.size(), now.size()))
            .filter(i -> !then.get(i).sha256().equals(now.get(i).sha256()))
            .findFirst()
            .orElse(Math.min(then.size(), now.size()));
    if (first == then.size() && first == now.size()) {
      return "the files hold the same, but samples are called otherwise, or classes are others";
    }
    return difference(then, now, first);
  }

  private static String difference(List<FileContent> then, List<FileContent> now, int at) {
    if (at == then.size()) {
      return now.get(at).name() + " is new";
    }
    String before = then.get(at).name();
    if (at == now.size()) {
      return before + " is gone";
    }
    String after = now.get(at).name();
    if (before.equals(after)) {
      return "%s holds something else: sha256 %s... then, %s... now"
          .formatted(before, start(then.get(at)), start(now.get(at)));
    }
    if (now.stream().noneMatch(file -> file.name().equals(before))) {
      return before + " is gone";
    }
    if (then.stream().noneMatch(file -> file.name().equals(after))) {
      return after + " is new";
    }
    return after + " stands where " + before + " stood";
  }

  private static String start(FileContent file) {
    return file.sha256().substring(0, DIGITS_SHOWN);
  }

  private static List<FileContent> files(Dataset dataset) {
    return IntStream.range(0, dataset.size())
        .mapToObj(dataset::contents)
        .flatMap(List::stream)
        .toList();
  }

  private Path list(String part) {
    return run.data().resolve(part + ".sha256");
  }

  private static List<FileContent> read(Path list) throws IOException {
    var files = new ArrayList<FileContent>();
    for (String line : Files.readAllLines(list, StandardCharsets.UTF_8)) {
      if (line.length() <= DIGITS + SEPARATOR.length()) {
        throw new RunFolderException(list + ": a line has no hash and name: '" + line + "'");
      }
      files.add(
          new FileContent(line.substring(DIGITS + SEPARATOR.length()), line.substring(0, DIGITS)));
    }
    return files;
  }
}
