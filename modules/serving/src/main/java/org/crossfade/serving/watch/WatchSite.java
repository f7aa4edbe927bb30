package org.crossfade.serving.watch;

import com.google.common.hash.Hashing;
import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.crossfade.report.RunSoFar;
import org.crossfade.report.page.Report;
import org.crossfade.serving.http.Answer;
import org.crossfade.serving.http.Endpoint;
import org.crossfade.serving.http.Site;

/**
 * The page of a run, made anew when the run has something new to tell; it reloads itself. When the
 * run has ended its last page is given to whoever looks at it, and then the site is over.
 */
public final class WatchSite {
  /** What {@code /state} says: pages of another version are reloaded. */
  private record State(String version, boolean over) {}

  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How long a page that looks every second may take to see that the run has ended. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final String HTML = "text/html;charset=utf-8";

  private final Path folder;
  private final Site site;
  private RunSoFar run;
  private String version = "";
  private byte[] page = {};
  private long looked;
  private long ended;
  private boolean seen;

  /**
   * Reads a run.
   *
   * @param folder of a run
   * @throws org.crossfade.training.run.RunFolderException if the folder holds none
   * @throws IOException if a file of the run cannot be read
   */
  public WatchSite(Path folder) throws IOException {
    this.folder = folder;
    look();
    byte[] script =
        Resources.toString(
                Resources.getResource(WatchSite.class, "watch.js"), StandardCharsets.UTF_8)
            .getBytes(StandardCharsets.UTF_8);
    site =
        new Site.Builder()
            .get("/", Endpoint.of(this::page))
            .get("/watch.js", Endpoint.of(() -> Answer.of("text/javascript;charset=utf-8", script)))
            .get("/state", Endpoint.of(this::state))
            .build((address, status, seconds) -> {});
  }

  /** {@return the site} */
  public Site site() {
    return site;
  }

  /** {@return the run as it was looked at last} */
  public synchronized RunSoFar run() {
    return run;
  }

  /**
   * Looks at the run again if the last look was some time ago.
   *
   * @return whether the run has ended and a browser got its page since, or had a while to
   * @throws IOException if a file of the run cannot be read
   */
  public synchronized boolean over() throws IOException {
    if (System.nanoTime() - looked > LOOK_NANOS) {
      look();
    }
    return ended != 0 && (seen || System.nanoTime() - ended > GRACE_NANOS);
  }

  private void look() throws IOException {
    run = RunSoFar.read(folder);
    looked = System.nanoTime();
    if (run.state() == RunSoFar.State.TRAINING) {
      ended = 0;
    } else if (ended == 0) {
      ended = System.nanoTime();
    }
    String now =
        Hashing.sha256()
            .hashString(
                run.state() + " " + run.run().results() + run.run().history(),
                StandardCharsets.UTF_8)
            .toString();
    if (!now.equals(version)) {
      boolean training = run.state() == RunSoFar.State.TRAINING;
      page = Report.render(run, training ? "watch.js" : "").getBytes(StandardCharsets.UTF_8);
      version = now;
    }
  }

  private synchronized Answer page() {
    seen = ended != 0;
    return new Answer(
        200,
        HTML,
        page,
        Map.of("Content-Security-Policy", Site.WITH_STYLES_INSIDE, "X-Run-Version", version));
  }

  private synchronized Answer state() {
    return Answer.json(new State(version, ended != 0));
  }
}
