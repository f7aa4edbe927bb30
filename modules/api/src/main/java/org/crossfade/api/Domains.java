package org.crossfade.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.crossfade.core.data.DataException;
import org.crossfade.core.label.LabelSpace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data of a training.
 *
 * @param name of the task
 * @param source labelled
 * @param target that training sees
 * @param validation that it doesn't
 */
record Domains(String name, Content source, Content target, Content validation) {
  static final String SOURCE = "source";
  static final String TARGET = "target";
  static final String VALIDATION = "validation";

  private static final Logger LOG = LoggerFactory.getLogger(Domains.class);

  /** One image in so many is held out, where nobody gave images for validation. */
  private static final int HELD_OUT = 5;

  /**
   * Looks at the data.
   *
   * @throws IllegalStateException if a part is missing
   * @throws DataException with what is wrong with any
   */
  static Domains of(String method, Map<String, Dataset> data) {
    List<String> missing =
        List.of(SOURCE, TARGET).stream().filter(part -> !data.containsKey(part)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "the training of '%s' has no %s: call %s(dataset) before train"
              .formatted(
                  method,
                  String.join(" and no ", missing),
                  String.join("(dataset) and ", missing)));
    }
    var contents = new LinkedHashMap<String, Content>();
    data.forEach((part, dataset) -> contents.put(part, Content.of(dataset)));
    Content source = contents.get(SOURCE);
    Content target = contents.get(TARGET);
    if (!source.labelled()) {
      throw new DataException(
          "the source '%s' has no classes: training needs labelled images"
              .formatted(source.name()));
    }
    String name = source.name() + " to " + target.name();
    if (contents.containsKey(VALIDATION)) {
      return new Domains(name, source, target, contents.get(VALIDATION));
    }
    if (target.labelled()) {
      return new Domains(name, source, rest(target), heldOut(target));
    }
    LOG.warn(
        "'{}' has no labels, and there is no validation: scores are those of held-out images of the"
            + " source '{}', and say nothing about the target",
        target.name(),
        source.name());
    return new Domains(name, rest(source), target, heldOut(source));
  }

  private static Content heldOut(Content whole) {
    requireSeveral(whole);
    return whole.part("held out", index -> isHeldOut(index, whole));
  }

  private static Content rest(Content whole) {
    requireSeveral(whole);
    return whole.part("trained", index -> !isHeldOut(index, whole));
  }

  private static boolean isHeldOut(int index, Content whole) {
    return index % HELD_OUT == Math.min(HELD_OUT, whole.images()) - 1;
  }

  private static void requireSeveral(Content whole) {
    if (whole.images() < 2) {
      throw new DataException(
          "'%s' has one image, of which none can be held out: call validation(dataset) with labelled images of the target domain"
              .formatted(whole.name()));
    }
  }

  Map<String, Content> byPart() {
    var parts = new LinkedHashMap<String, Content>();
    parts.put(SOURCE, source);
    parts.put(TARGET, target);
    parts.put(VALIDATION, validation);
    return parts;
  }

  /** Returns the definition of the source's classes, as options have it. */
  Map<String, Object> classes() {
    return Map.of("classes", source.classes().stream().map(name -> Map.of("name", name)).toList());
  }

  /** Returns the data by the hash of their content. */
  Map<String, Function<LabelSpace, org.crossfade.core.data.Dataset>> given() {
    var given = new LinkedHashMap<String, Function<LabelSpace, org.crossfade.core.data.Dataset>>();
    byPart().values().forEach(content -> given.put(content.hash(), content.open()));
    return given;
  }
}
