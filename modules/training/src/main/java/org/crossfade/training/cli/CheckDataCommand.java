package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.util.LinkedHashSet;
import java.util.List;
import org.crossfade.core.data.Dataset;
import org.crossfade.datasets.DataRoots;
import org.crossfade.datasets.check.DataCheck;
import org.crossfade.datasets.check.DataReport;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.training.config.ExperimentLoader;

/** {@code check-data}: every missing, corrupt, mis-sized or mislabelled file of a task at once. */
@Parameters(
    commandDescription = "List every missing, corrupt, mis-sized or mislabelled file of the task")
public final class CheckDataCommand implements Command {
  @ParametersDelegate private final ExperimentArguments experiment = new ExperimentArguments();

  @Parameter(names = "--headers", description = "Read file headers alone: fast, finds less")
  private boolean headers;

  /** For {@link java.util.ServiceLoader}. */
  public CheckDataCommand() {}

  @Override
  public String verb() {
    return "check-data";
  }

  @Override
  public boolean helpAsked() {
    return experiment.helpAsked();
  }

  @Override
  public int run(List<String> typed) {
    ExperimentLoader loader = experiment.load();
    DataRoots roots = experiment.dataRoots();
    boolean ok = true;
    try (var pool = new DecodingPool(loader.run().decodingThreads())) {
      for (Dataset dataset : new LinkedHashSet<>(loader.data(roots).byPart().values())) {
        DataReport report =
            DataCheck.check(
                dataset, headers ? DataCheck.Depth.HEADERS : DataCheck.Depth.FULL, pool);
        System.out.println(report.render());
        ok &= report.ok();
      }
    }
    return ok ? CommandLine.DONE : CommandLine.FAILED;
  }
}
