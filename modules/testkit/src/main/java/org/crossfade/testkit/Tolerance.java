package org.crossfade.testkit;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * When a value passes: |got − expected| ≤ slack·(atol + rtol·|expected|).
 *
 * <p>A field's own pair ({@code tolerance.per_field}) wins over the case's; {@code atol_rows} and
 * {@code rtol_rows} (one number for each row of the first axis) win over a field's own.
 */
final class Tolerance {
  private final JsonNode own;
  private final JsonNode general;
  private final double slack;

  Tolerance(JsonNode tolerance, String field, double slack) {
    this.own = tolerance.path("per_field").path(field);
    this.general = tolerance;
    this.slack = slack;
  }

  /** The largest allowed difference of an element in row {@code row} of the first axis. */
  double allowed(double expected, int row) {
    return slack * (number("atol", row) + number("rtol", row) * Math.abs(expected));
  }

  private double number(String key, int row) {
    JsonNode rows = own.path(key + "_rows");
    if (rows.isArray() && row < rows.size()) {
      return rows.get(row).asDouble();
    }
    return own.path(key).isNumber() ? own.path(key).asDouble() : general.path(key).asDouble();
  }
}
