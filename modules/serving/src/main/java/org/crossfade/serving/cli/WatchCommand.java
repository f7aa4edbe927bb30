package org.crossfade.serving.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.crossfade.report.RunSoFar;
import org.crossfade.serving.watch.WatchSite;
import org.crossfade.training.cli.Command;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.HelpArgument;
import org.crossfade.training.run.RunFolderException;

/** {@code watch}: the page of a run while it trains. */
@Parameters(
    commandDescription =
        "Serve the page of a run that is being trained: it grows, and ends when the run does")
public final class WatchCommand implements Command {
  @ParametersDelegate private final HelpArgument help = new HelpArgument();

  @ParametersDelegate private final ServerArguments server = new ServerArguments();

  @Parameter(description = "RUN_FOLDER", required = true)
  private String folder;

  /** For {@link java.util.ServiceLoader}. */
  public WatchCommand() {}

  @Override
  public String verb() {
    return "watch";
  }

  @Override
  public boolean helpAsked() {
    return help.asked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    server.check();
    Path run = Path.of(folder);
    var site = new WatchSite(run);
    RunSoFar begun = site.run();
    if (begun.state() == RunSoFar.State.STOPPED) {
      throw new RunFolderException(
          "%s: nobody trains this run; it was stopped in phase %s, iteration %d of %d. The command"
                  .formatted(folder, begun.phase(), begun.iteration(), begun.iterations())
              + " that began it goes on");
    }
    if (begun.state() == RunSoFar.State.FINISHED) {
      System.out.printf("%s is finished; 'report %s' writes its page%n", folder, folder);
      return CommandLine.DONE;
    }
    server.serve(site.site(), "the run " + run.getFileName(), () -> over(site), () -> {});
    System.out.println(site.run().sentence() + " 'report " + folder + "' writes its page");
    return CommandLine.DONE;
  }

  private static boolean over(WatchSite site) {
    try {
      return site.over();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
