package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.crossfade.training.doctor.Doctor;
import org.crossfade.training.doctor.Finding;

/** {@code doctor}: what this machine has, what it lacks, and what to do about it. */
@Parameters(
    commandDescription =
        "Examine this machine: processor, memory, TensorFlow, devices, libraries of CUDA, disk, and"
            + " one tiny training step; exit code 1 if something is wrong")
public final class DoctorCommand implements Command {
  @ParametersDelegate private final HelpArgument help = new HelpArgument();

  @Parameter(names = "--data-root", description = "Folder of data sets to look for; repeatable")
  private List<String> dataRoots = new ArrayList<>();

  /** For {@link java.util.ServiceLoader}. */
  public DoctorCommand() {}

  @Override
  public String verb() {
    return "doctor";
  }

  @Override
  public boolean helpAsked() {
    return help.asked();
  }

  @Override
  public int run(List<String> typed) {
    List<Finding> findings = Doctor.examine(dataRoots.stream().map(Path::of).toList());
    var lines = new LinkedHashMap<String, String>();
    int number = 0;
    for (Finding finding : findings) {
      // Several data roots are several lines of one name.
      String subject = finding.subject();
      lines.put(lines.containsKey(subject) ? subject + " " + ++number : subject, finding.found());
    }
    System.out.print(CommandLine.aligned(lines));
    List<Finding> wrong = findings.stream().filter(Finding::wrong).toList();
    if (wrong.isEmpty()) {
      System.out.println("\nNothing is wrong.");
      return CommandLine.DONE;
    }
    System.out.println();
    wrong.forEach(
        finding -> System.out.println("wrong, " + finding.subject() + ": " + finding.problem()));
    return CommandLine.FAILED;
  }
}
