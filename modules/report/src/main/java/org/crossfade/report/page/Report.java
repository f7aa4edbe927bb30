package org.crossfade.report.page;

import com.google.common.io.Resources;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.MethodScores;
import org.crossfade.report.RunSoFar;

/** Writes comparisons, one a task, as one HTML file that loads nothing. */
public final class Report {
  private Report() {}

  /**
   * Writes the page of {@code comparisons}; {@code file} is replaced when it is complete.
   *
   * @param comparisons one for each task, in the page's order
   * @param file to write
   * @throws IOException if a file of a run cannot be read, or the page cannot be written
   */
  public static void write(List<Comparison> comparisons, Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path aside = folder.resolve(file.getFileName() + ".part");
    Files.writeString(aside, render(comparisons), StandardCharsets.UTF_8);
    Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * {@return the page: HTML that is also well-formed XML}
   *
   * @param comparisons one for each task, in the page's order
   * @throws IOException if a file of a run cannot be read
   */
  public static String render(List<Comparison> comparisons) throws IOException {
    return render(comparisons, "", "");
  }

  /**
   * {@return the page of one run as far as it has come, which is that of the finished run with less
   * on it}
   *
   * @param soFar the run as it was read
   * @param script address of what reloads the page; none while empty
   * @throws IOException if a file of a run cannot be read
   */
  public static String render(RunSoFar soFar, String script) throws IOException {
    FinishedRun run = soFar.run();
    var comparison =
        new Comparison(
            run.results().task(),
            run.labelSpace(),
            List.of(new MethodScores(run.label(), List.of(run))));
    return render(List.of(comparison), soFar.sentence(), script);
  }

  private static String render(List<Comparison> comparisons, String state, String script)
      throws IOException {
    Template template =
        Mustache.compiler()
            .withLoader(name -> new StringReader(resource(name + ".mustache")))
            .compile(resource("report.mustache"));
    return template.execute(Page.of(comparisons, resource("report.css"), state, script));
  }

  private static String resource(String name) {
    try {
      return Resources.toString(Resources.getResource(Report.class, name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
