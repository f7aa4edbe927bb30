package org.crossfade.serving.predict;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.crossfade.serving.http.Problem;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.QuotedQualityCSV;

/** The forms that an answer can have; the {@code Accept} header chooses. */
enum AnswerForm {
  /** Areas and names of classes. */
  JSON("application/json", List.of("*/*", "application/*")),

  /** The same, and the picture of train ids in it, which a page can show in their colours. */
  JSON_WITH_PICTURE("application/json;picture=train-ids", List.of()),

  /** A palette PNG whose index is the train id. */
  TRAIN_IDS("image/png;show=train-ids", List.of("image/*", "image/png")),

  /** The classes' colours. */
  COLOURS("image/png;show=colours", List.of()),

  /** The classes' colours over the image. */
  OVERLAY("image/png;show=overlay", List.of());

  private final String type;
  private final List<String> also;

  AnswerForm(String type, List<String> also) {
    this.type = type;
    this.also = also;
  }

  /** Returns the media type, with the parameter that chooses it. */
  String type() {
    return type;
  }

  /**
   * Returns what a client wants most.
   *
   * @throws org.crossfade.serving.http.ProblemException if it wants none of them
   */
  static AnswerForm of(HttpFields headers) {
    if (!headers.contains(HttpHeader.ACCEPT)) {
      return JSON;
    }
    var wanted = new QuotedQualityCSV(QuotedQualityCSV.MOST_SPECIFIC_MIME_ORDERING);
    headers.getValuesList(HttpHeader.ACCEPT).forEach(wanted::addValue);
    for (String one : wanted.getValues()) {
      String type = one.toLowerCase(Locale.ROOT).replaceAll("[\\s\"]", "");
      for (AnswerForm form : values()) {
        if (form.type.equals(type) || form.also.contains(type)) {
          return form;
        }
      }
    }
    String forms = Arrays.stream(values()).map(AnswerForm::type).collect(Collectors.joining(", "));
    throw new Problem(
            HttpStatus.NOT_ACCEPTABLE_406,
            "the Accept header names none of the forms that there are: " + forms,
            Map.of())
        .thrown();
  }
}
