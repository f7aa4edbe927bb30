package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.MethodScores;

/**
 * What every method takes each class for.
 *
 * @param matrices one a method that has counts
 */
record Confusion(List<Matrix> matrices) {
  /** Least share of a cell in each strength of its background, in percent. */
  private static final int[] STRENGTHS = {1, 5, 15, 35, 65};

  /**
   * One method, pixels of all seeds.
   *
   * @param name of the method
   * @param predicted classes, the columns
   * @param rows one a class that the ground truth has
   */
  record Matrix(String name, List<Page.Swatch> predicted, List<Row> rows) {}

  /** One class of the ground truth. */
  record Row(String name, String colour, String share, List<Cell> cells) {}

  /** One count as a share of its row. */
  record Cell(String value, String tint) {}

  boolean present() {
    return !matrices.isEmpty();
  }

  static Confusion of(Comparison comparison) {
    List<Page.Swatch> classes = Page.swatches(comparison.labelSpace());
    var matrices = new ArrayList<Matrix>();
    for (MethodScores method : comparison.methods()) {
      long[][] counts = counts(method, classes.size());
      if (sum(counts) > 0) {
        matrices.add(new Matrix(method.label(), classes, rows(counts, classes)));
      }
    }
    return new Confusion(matrices);
  }

  private static long[][] counts(MethodScores method, int classes) {
    var counts = new long[classes][classes];
    for (FinishedRun run : method.runs()) {
      List<List<Long>> ofRun = run.scores().confusion();
      for (int k = 0; k < ofRun.size(); k++) {
        for (int c = 0; c < ofRun.get(k).size(); c++) {
          counts[k][c] += ofRun.get(k).get(c);
        }
      }
    }
    return counts;
  }

  private static List<Row> rows(long[][] counts, List<Page.Swatch> classes) {
    double all = sum(counts);
    var rows = new ArrayList<Row>();
    for (int k = 0; k < counts.length; k++) {
      long pixels = sum(counts[k]);
      if (pixels > 0) {
        var cells = new ArrayList<Cell>();
        for (int c = 0; c < counts[k].length; c++) {
          cells.add(cell(counts[k][c], pixels, c == k));
        }
        rows.add(
            new Row(
                classes.get(k).name(),
                classes.get(k).colour(),
                Numbers.percent(pixels / all),
                cells));
      }
    }
    return rows;
  }

  /** Empty where nothing was counted, so that a 0 is a share below half a percent. */
  private static Cell cell(long count, long pixels, boolean right) {
    if (count == 0) {
      return new Cell("", "");
    }
    double percent = 100.0 * count / pixels;
    int strength = 0;
    for (int least : STRENGTHS) {
      strength += percent >= least ? 1 : 0;
    }
    return new Cell(
        Numbers.decimal(percent, 0), strength == 0 ? "" : (right ? "hit" : "miss") + strength);
  }

  private static long sum(long[][] counts) {
    long sum = 0;
    for (long[] row : counts) {
      sum += sum(row);
    }
    return sum;
  }

  private static long sum(long[] row) {
    long sum = 0;
    for (long count : row) {
      sum += count;
    }
    return sum;
  }
}
