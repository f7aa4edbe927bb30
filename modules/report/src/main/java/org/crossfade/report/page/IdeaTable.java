package org.crossfade.report.page;

import java.util.Comparator;
import java.util.List;
import org.crossfade.report.OwnGain;

/**
 * What each idea adds to the same training without it.
 *
 * @param rows one an idea whose control was run
 */
record IdeaTable(List<Row> rows) {
  /** One idea. */
  record Row(
      String method,
      String idea,
      String miou,
      String control,
      String controlMiou,
      String meaning,
      String gain,
      String verdict,
      boolean shown) {}

  static IdeaTable of(List<OwnGain> gains) {
    return new IdeaTable(gains.stream().map(IdeaTable::row).toList());
  }

  boolean present() {
    return !rows.isEmpty();
  }

  /** Returns one sentence on what may be credited to methods. */
  static String sentence(List<OwnGain> gains) {
    return gains.stream()
        .max(Comparator.comparingDouble((OwnGain gain) -> gain.gain().difference().mean()))
        .map(
            gain ->
                " The largest own gain is "
                    + Numbers.gain(gain.gain())
                    + " points, of "
                    + gain.run().label()
                    + " by "
                    + gain.idea()
                    + ", over the same training without it ("
                    + gain.gain().verdict()
                    + ").")
        .orElse(
            " No controls were run, so no difference here is a method's own: batch norm and longer"
                + " training are in it too (--controls runs them).");
  }

  private static Row row(OwnGain gain) {
    return new Row(
        gain.run().label(),
        gain.idea(),
        Numbers.percent(gain.run().miou()),
        gain.control().label(),
        Numbers.percent(gain.control().miou()),
        gain.meaning(),
        Numbers.gain(gain.gain()),
        gain.gain().verdict(),
        gain.gain().shown());
  }
}
