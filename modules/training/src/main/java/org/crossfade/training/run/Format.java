package org.crossfade.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;

/**
 * The number that run folders ({@code run.json}), checkpoints ({@code state.json}) and the keys of
 * all caches carry. It is raised whenever the same options would compute other numbers than before
 * (even if a resize alone changes in Java), or what is written has another form.
 *
 * <p>A folder of an older number is never resumed: its second half would be another run than its
 * first. It can still be evaluated, predicted with, exported and compared while its options can be
 * read; otherwise the commit that reads it is named. A folder of a newer number is refused.
 *
 * <table>
 *   <caption>History</caption>
 *   <tr><td>1</td><td>Folders without a number, up to commit fbe1216 (November 2026).</td></tr>
 *   <tr><td>2</td><td>Each pass of a step has a seed of its own. Networks and data sets are options
 *       of a {@code kind}. The loop's state in {@code state.json} has parts.</td></tr>
 *   <tr><td>3</td><td>Data are told by their content, which {@code state.json} and {@code
 *       data/} record. Photographs are turned as their EXIF orientation says.</td></tr>
 * </table>
 */
public final class Format {
  /** What this version writes. */
  public static final int CURRENT = 3;

  private static final int WITHOUT_NUMBER = 1;

  /** The last commit that reads and resumes an older format. */
  private static final Map<Integer, String> COMMITS =
      Map.of(WITHOUT_NUMBER, "fbe1216", 2, "ee1c45c");

  private Format() {}

  /**
   * Returns the number that a run's folder carries; that of this version where nothing was trained
   * yet.
   *
   * @throws RunFolderException if its record can't be read
   */
  public static int of(RunDirectory run) {
    if (!Files.exists(run.provenance())) {
      return CURRENT;
    }
    try {
      JsonNode record = Json.read(run.provenance(), JsonNode.class);
      return record.path("format").asInt(WITHOUT_NUMBER);
    } catch (IOException e) {
      throw new RunFolderException(
          "the run folder '"
              + run.root()
              + "' can't be used: "
              + run.provenance().getFileName()
              + " can't be read: "
              + FileProblem.describe(e),
          e);
    }
  }

  /**
   * Checks that this version can go on with what a folder holds.
   *
   * @throws RunFolderException if it is of another format
   */
  public static void requireResumable(RunDirectory run) {
    requireReadable(run);
    int format = of(run);
    if (format < CURRENT) {
      throw new RunFolderException(
          "the run folder '"
              + run.root()
              + "' has format "
              + format
              + ", and this version trains in format "
              + CURRENT
              + ": the same options compute other numbers now, so it can't be resumed. Train in"
              + " another --run-dir, or go on with "
              + readBy(format));
    }
  }

  /**
   * Checks that no newer version wrote a folder.
   *
   * @throws RunFolderException if one did
   */
  public static void requireReadable(RunDirectory run) {
    int format = of(run);
    if (format > CURRENT) {
      throw new RunFolderException(
          "the run folder '"
              + run.root()
              + "' has format "
              + format
              + ", this version reads up to "
              + CURRENT
              + ". Use the version that wrote it; its commit is in "
              + run.provenance().getFileName());
    }
  }

  /** Returns, for a message, what reads an older format. */
  public static String readBy(int format) {
    return "commit "
        + COMMITS.get(format)
        + ", which reads it (git checkout "
        + COMMITS.get(format)
        + ")";
  }
}
