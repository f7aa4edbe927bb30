package org.crossfade.pixda;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.Upsampling;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One step of PixDA's last phase: L_seg(target) + λ_kd·L_kd, the teacher being the network as the
 * phase found it: other parameters of the same forward pass, which nothing moves.
 *
 * @param step what is run
 * @param segmentation L_seg, scalar
 * @param distillation L_kd, scalar; empty without a teacher
 */
public record FineTuningStep(
    Step step, Operand<TFloat32> segmentation, Optional<Operand<TFloat32>> distillation) {
  /** Role of the teacher's variables. */
  public static final String TEACHER = "teacher";

  /**
   * {@return the step}
   *
   * @param context the phase whose graph the step is built in
   * @param network in the form that is trained; its variables have the role {@code segmenter}
   * @param options of the method
   * @param images of the target, normalised, [N, H, W, 3]
   * @param labels [N, H, W]
   */
  public static FineTuningStep build(
      StepContext context,
      SegmentationNetwork network,
      PixDaOptions options,
      Operand<TFloat32> images,
      Operand<TInt32> labels) {
    Ops tf = context.tf();
    AdversarialTraining training = options.adversarial();
    Operand<TFloat32> logits =
        network
            .forward(
                context.training(TrainingPhase.SEGMENTER),
                context.parameters(TrainingPhase.SEGMENTER, network),
                images)
            .logits();
    Operand<TFloat32> student = Upsampling.toSizeOf(tf, logits, labels);
    Operand<TFloat32> segmentation =
        options
            .segmentation()
            .loss(network.classes(), training.processes())
            .apply(tf, student, labels);
    var terms = new ArrayList<LossTerm>();
    terms.add(new LossTerm("seg", 1, segmentation));
    PixDaOptions.Distillation distillation = options.fineTuning().distillation();
    Optional<Operand<TFloat32>> distilled = Optional.empty();
    if (distillation.enabled()) {
      Operand<TFloat32> teacher =
          network
              .forward(
                  teacherPass(context, distillation.teacherNorm()),
                  context.parameters(TEACHER, network),
                  images)
              .logits();
      Operand<TFloat32> loss =
          distillation.loss().apply(tf, student, Upsampling.toSizeOf(tf, teacher, labels));
      distilled = Optional.of(loss);
      terms.add(new LossTerm("kd", distillation.weight(), loss));
    }
    Update update =
        training.segmenter().update(network, training.decay(), terms, options.firstStep());
    Step step = context.step("fine-tuning", List.of(Domain.TARGET.stream()), List.of(update));
    return new FineTuningStep(step, segmentation, distilled);
  }

  /** No state updates: the teacher stays what it is. */
  private static Forward teacherPass(StepContext context, PixDaOptions.TeacherNorm norm) {
    return norm == PixDaOptions.TeacherNorm.BATCH
        ? context.training(TEACHER).withoutStateUpdates()
        : Forward.inference(context.tf());
  }
}
