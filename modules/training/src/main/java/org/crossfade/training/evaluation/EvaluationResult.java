package org.crossfade.training.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One evaluation on labelled samples of the target domain. Scores are fractions, 0..1; a class
 * without a defined score is left out of the maps.
 *
 * @param phase after which it was made
 * @param iteration of that phase
 * @param images how many
 * @param miou mean over the classes with a score
 * @param iou TP/(TP + FP + FN) by class name
 * @param groups mIoU of groups of classes by title
 * @param pixelAccuracy over all labelled pixels
 * @param confusion K lists of K counts, rows ground truth, columns prediction
 * @param classCenterDistance FADA's equation 9 by class name, where it was measured
 * @param meanClassCenterDistance its mean
 * @param calinskiHarabasz index of the features' classes, higher is better, where distances were
 *     measured
 * @param daviesBouldin index of the features' classes, lower is better, where distances were
 *     measured
 * @param imagesPerSecond decoding and metric included
 * @param metrics the numbers of the {@linkplain org.crossfade.core.metric.Metric metrics} on the
 *     class path, by name, as far as they are defined
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record EvaluationResult(
    String phase,
    long iteration,
    int images,
    double miou,
    Map<String, Double> iou,
    Map<String, Double> groups,
    double pixelAccuracy,
    List<List<Long>> confusion,
    Map<String, Double> classCenterDistance,
    Optional<Double> meanClassCenterDistance,
    Optional<Double> calinskiHarabasz,
    Optional<Double> daviesBouldin,
    double imagesPerSecond,
    // Files of older runs have none.
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Map<String, Double> metrics) {}
