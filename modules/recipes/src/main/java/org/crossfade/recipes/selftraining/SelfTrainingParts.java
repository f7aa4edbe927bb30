package org.crossfade.recipes.selftraining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.ParameterSpec.Kind;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.MultiResolution;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.loss.FeatureDistance;
import org.crossfade.recipes.loss.MultiResolutionLoss;
import org.crossfade.recipes.loss.WeightedCrossEntropy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Collects terms, state updates and metrics in the order of the official code. */
final class SelfTrainingParts {
  private final StepContext context;
  private final Ops tf;
  private final SegmentationNetwork network;
  private final SelfTraining recipe;
  private final Parameters student;
  private final List<LossTerm> terms = new ArrayList<>();
  private final List<StateUpdate> updates = new ArrayList<>();
  private final Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>();

  SelfTrainingParts(
      StepContext context, SegmentationNetwork network, SelfTraining recipe, Parameters student) {
    this.context = context;
    this.tf = context.tf();
    this.network = network;
    this.recipe = recipe;
    this.student = student;
  }

  SelfTrainingStep.Pass pass(
      String name,
      Operand<TFloat32> images,
      Operand<TInt32> labels,
      Operand<TFloat32> weights,
      Optional<Operand<TInt32>> window) {
    Forward forward = context.training(TrainingPhase.SEGMENTER);
    if (window.isPresent()) {
      forward = forward.withDetailWindow(window.get());
    }
    SelfTrainingStep.Pass pass =
        new SelfTrainingStep.Pass(network.forward(forward, student, images), labels, weights);
    terms.addAll(entropies(name, pass));
    return pass;
  }

  private List<LossTerm> entropies(String name, SelfTrainingStep.Pass pass) {
    Optional<MultiResolution> parts = pass.prediction().multiResolution();
    if (parts.isPresent() != recipe.resolutions().isPresent()) {
      throw new IllegalArgumentException(
          "resolutions belong to a network of two resolutions, and to no other; the network"
              + " is "
              + network.name());
    }
    Operand<TFloat32> logits = pass.prediction().logits();
    if (parts.isEmpty()) {
      return List.of(
          new LossTerm(
              name, 1, WeightedCrossEntropy.of(tf, logits, pass.labels(), pass.weights())));
    }
    return recipe
        .resolutions()
        .get()
        .terms(
            tf,
            name,
            new MultiResolutionLoss.Logits(
                logits,
                parts.get().detail().logits(),
                Optional.of(parts.get().context().logits()),
                pass.window().orElseThrow()),
            pass.labels(),
            pass.weights());
  }

  /** The distance of the last stage's features to the reference's. */
  void keepNear(SelfTrainingStep.Images images, SelfTrainingStep.Pass labelled) {
    SelfTraining.Reference reference = recipe.reference();
    if (!reference.applies()) {
      return;
    }
    Parameters frozen =
        context.parameters(
            SelfTraining.REFERENCE,
            network.parameters().stream().map(spec -> spec.as(Kind.FIXED)).toList());
    var distance = new FeatureDistance(reference.classes().orElseThrow(), reference.minRatio());
    terms.add(
        new LossTerm(
            SelfTrainingStep.DISTANCE,
            reference.weight(),
            distance.apply(
                tf,
                lastStage(labelled.prediction().stages()),
                lastStage(network.stages(Forward.inference(tf), frozen, images.labelled())),
                labelled.labels())));
  }

  private static Operand<TFloat32> lastStage(Map<String, Operand<TFloat32>> stages) {
    return new ArrayList<>(stages.values()).get(stages.size() - 1);
  }

  /** The teacher of this iteration labels the images. */
  PseudoLabels pseudoLabels(Operand<TFloat32> images) {
    List<ParameterSpec> specs =
        network.parameters().stream()
            .map(spec -> spec.as(spec.kind() == Kind.WEIGHT ? Kind.STATISTIC : Kind.FIXED))
            .toList();
    Parameters before = context.parameters(SelfTraining.TEACHER, specs);
    Parameters next =
        recipe
            .teacher()
            .next(
                tf,
                recipe.teacher().rate(tf, context.iteration()),
                before.select(moving(network)),
                student);
    next.asMap()
        .forEach(
            (name, value) ->
                updates.add(new StateUpdate(SelfTraining.TEACHER + "." + name, old -> value)));
    Prediction answer =
        network.forward(
            context.batchStatistics(SelfTraining.TEACHER).withoutStateUpdates(),
            before.with(next),
            images);
    Operand<TFloat32> logits =
        network
            .interpolation()
            .resize(tf, answer.logits(), (int) images.shape().get(1), (int) images.shape().get(2));
    PseudoLabels pseudo = PseudoLabels.of(tf, logits, recipe.pseudoLabels().threshold());
    metrics.put(
        SelfTrainingStep.CONFIDENT, tf.dtypes.cast(pseudo.confidentShare(), TFloat32.class));
    return pseudo;
  }

  private static Predicate<String> moving(SegmentationNetwork network) {
    var weights =
        network.parameters().stream()
            .filter(spec -> spec.kind() == Kind.WEIGHT)
            .map(ParameterSpec::name)
            .collect(Collectors.toUnmodifiableSet());
    return weights::contains;
  }

  ClassMix.Scenes mixed(
      SelfTrainingStep.Images images,
      Operand<TFloat32> ones,
      PseudoLabels pseudo,
      Optional<Operand<TFloat32>> chosen) {
    SelfTraining.PseudoLabelling labelling = recipe.pseudoLabels();
    Operand<TFloat32> trusted =
        tf.math.mul(
            images.trusted().orElseThrow(),
            PseudoLabels.trustedRows(
                tf,
                images.labels().shape().asArray(),
                labelling.ignoreTop(),
                labelling.ignoreBottom()));
    Operand<TFloat32> classes =
        chosen.orElseGet(
            () -> recipe.mixing().draw(tf, images.labels(), context.seed("class-mix")));
    ClassMix.Scenes scenes =
        ClassMix.mix(
                tf,
                classes,
                new ClassMix.Scenes(images.labelled(), images.labels(), ones),
                new ClassMix.Scenes(
                    images.unlabelled().orElseThrow(),
                    pseudo.labels(),
                    pseudo.weights(tf, trusted)))
            .scenes();
    // The student sees them when the teacher is done: one network's activations at a time.
    Operand<TFloat32> labelled =
        tf.withControlDependencies(pseudo.labels()).identity(scenes.images());
    Operand<TFloat32> augmented =
        recipe
            .augmentation()
            .apply(tf, labelled, network.normalisation(), context.seed("strong-augmentation"));
    return new ClassMix.Scenes(augmented, scenes.labels(), scenes.weights());
  }

  Step step(SelfTrainingStep.Addition added) {
    terms.addAll(added.terms());
    metrics.putAll(added.metrics());
    var groups =
        new ArrayList<>(
            recipe
                .segmenter()
                .groups(TrainingPhase.SEGMENTER, network.parameters(), recipe.decay()));
    groups.addAll(added.groups());
    var update = new Update(SelfTrainingStep.UPDATE, terms, groups, recipe.segmenter().optimizer());
    var streams =
        recipe.setting() == SelfTraining.Setting.SUPERVISED
            ? List.of(SelfTraining.LABELLED)
            : List.of(SelfTraining.LABELLED, SelfTraining.UNLABELLED);
    return context.step(SelfTrainingStep.UPDATE, streams, List.of(update), updates, metrics);
  }
}
