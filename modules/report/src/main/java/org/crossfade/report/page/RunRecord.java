package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.crossfade.report.FinishedRun;
import org.crossfade.training.run.Provenance;

/**
 * What made a run's numbers.
 *
 * @param title method and seed
 * @param command as typed, or what trains this run alone
 * @param facts versions, commit, machine, data
 * @param options resolved, as HOCON text
 */
record RunRecord(String title, String command, List<Fact> facts, String options) {
  private static final String PROGRAM =
      "mvn -q -pl modules/%s -am compile exec:java@%s -Dexec.args=\"";

  /** One line. */
  record Fact(String name, String value) {}

  static RunRecord of(FinishedRun run) {
    Provenance from = run.provenance();
    Provenance.Program program = from.program();
    var facts = new ArrayList<Fact>();
    if (run.scored()) {
      facts.add(new Fact("mIoU", Numbers.percent(run.scores().miou()) + " %"));
    }
    facts.add(new Fact("started", from.started()));
    facts.add(new Fact("Crossfade", program.crossfade()));
    facts.add(new Fact("commit", program.commit().isEmpty() ? "unknown" : program.commit()));
    facts.add(new Fact("TensorFlow", program.tensorflow()));
    facts.add(new Fact("Java", program.java()));
    facts.add(new Fact("machine", program.machine()));
    from.device().ifPresent(device -> facts.add(new Fact("device", device)));
    facts.add(new Fact("precision", run.results().precisionKey()));
    facts.add(new Fact("seed", Long.toString(from.seed())));
    from.datasets().forEach((part, hash) -> facts.add(new Fact(part + " data", hash)));
    return new RunRecord(
        run.label() + ", seed " + run.seed(), command(from.command()), facts, run.options());
  }

  private static String command(List<String> words) {
    String verb = words.isEmpty() ? "" : words.get(0);
    int paper = words.indexOf("--paper") + 1;
    if (verb.equals("compare")) {
      return quoted(PROGRAM.formatted("compare", "demo"), words.subList(1, words.size()));
    }
    if (verb.equals("reproduce") && paper > 0 && paper < words.size()) {
      return quoted(PROGRAM.formatted(words.get(paper), words.get(paper)), words);
    }
    return String.join(" ", words);
  }

  private static String quoted(String program, List<String> words) {
    return words.stream()
        .map(word -> word.matches("[-\\w./=:,@+]+") ? word : "'" + word + "'")
        .collect(Collectors.joining(" ", program, "\""));
  }
}
