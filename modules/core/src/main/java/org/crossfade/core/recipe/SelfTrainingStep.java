package org.crossfade.core.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.ParameterSpec.Kind;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.loss.FeatureDistance;
import org.crossfade.core.loss.MultiResolutionLoss;
import org.crossfade.core.loss.WeightedCrossEntropy;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.DetailWindow;
import org.crossfade.core.nn.MultiResolution;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.selftraining.ClassMix;
import org.crossfade.core.selftraining.PseudoLabels;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One iteration of DAFormer's and HRDA's self-training, in one run: the teacher follows the student
 * of the iteration before and labels the unlabelled images; labelled images are pasted into them;
 * the student learns the labelled and the mixed images and keeps its features near those of its
 * starting weights. Source: {@code DACS.forward_train} of HRDA, whose three backward passes add up
 * to the gradient of this sum.
 *
 * <p>Both passes move the student's running statistics, the labelled images' first. The teacher
 * normalises by its batch and drops nothing; its own running statistics are never read.
 *
 * @param step what is run
 * @param labelled the pass on labelled images
 * @param mixed the pass on mixed images; none where everything is supervised
 * @param pseudoLabels the teacher's answer; none where everything is supervised
 */
public record SelfTrainingStep(
    Step step, Pass labelled, Optional<Pass> mixed, Optional<PseudoLabels> pseudoLabels) {
  /** Name of the step and of its update. */
  public static final String UPDATE = "segmenter";

  /** Name of the terms of labelled images, or what their names begin with. */
  public static final String SEGMENTATION = "seg";

  /** Name of the terms of mixed images, or what their names begin with. */
  public static final String MIXED = "mixed";

  /** Name of the distance of features. */
  public static final String DISTANCE = "feature-distance";

  /** Name of the logged share of confident pixels, q. */
  public static final String CONFIDENT = "q";

  /** Pixels of an image of one cell of a map of detail. */
  private static final int DETAIL_STRIDE = 4;

  /**
   * What a step is fed.
   *
   * @param labelled normalised, [N, H, W, 3]
   * @param labels [N, H, W]
   * @param unlabelled normalised, [N, H, W, 3]; none where everything is supervised
   * @param trusted 1, and 0 in margins, [N, H, W]; with {@code unlabelled}
   */
  public record Images(
      Operand<TFloat32> labelled,
      Operand<TInt32> labels,
      Optional<Operand<TFloat32>> unlabelled,
      Optional<Operand<TFloat32>> trusted) {

    /** Returns what the phase's streams draw. */
    public static Images of(
        StepContext context, SelfTraining recipe, SegmentationNetwork network) {
      Ops tf = context.tf();
      var normalisation = network.normalisation();
      var labelled = normalisation.apply(tf, context.images(SelfTraining.LABELLED));
      var labels = context.labels(SelfTraining.LABELLED);
      if (recipe.setting() == SelfTraining.Setting.SUPERVISED) {
        return new Images(labelled, labels, Optional.empty(), Optional.empty());
      }
      Operand<TFloat32> trusted =
          tf.dtypes.cast(
              tf.math.notEqual(
                  context.labels(SelfTraining.UNLABELLED), tf.constant(LabelSpace.IGNORE)),
              TFloat32.class);
      return new Images(
          labelled,
          labels,
          Optional.of(normalisation.apply(tf, context.images(SelfTraining.UNLABELLED))),
          Optional.of(trusted));
    }
  }

  /**
   * Random choices that a caller makes itself; what is empty is drawn.
   *
   * @param chosenClasses 1 for pasted ids, else 0, [N, 256]
   * @param labelledWindow row and column of the window of the pass on labelled images, [2]
   * @param mixedWindow row and column of the window of the pass on mixed images, [2]
   */
  public record Choices(
      Optional<Operand<TFloat32>> chosenClasses,
      Optional<Operand<TInt32>> labelledWindow,
      Optional<Operand<TInt32>> mixedWindow) {
    /** Returns nothing chosen. */
    public static Choices drawn() {
      return new Choices(Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /**
   * The student's pass over images.
   *
   * @param prediction its answer
   * @param labels [N, H, W]
   * @param weights of the pixels, [N, H, W]
   */
  public record Pass(
      Prediction prediction, Operand<TInt32> labels, Operand<TFloat32> weights) {

    /** Returns the window of detail of a network of two resolutions. */
    public Optional<DetailWindow> window() {
      return prediction
          .multiResolution()
          .map(
              parts ->
                  new DetailWindow(
                      parts.window(),
                      DETAIL_STRIDE * (int) parts.detail().logits().shape().get(1),
                      DETAIL_STRIDE * (int) parts.detail().logits().shape().get(2)));
    }
  }

  /**
   * What a method adds to the step.
   *
   * @param terms minimised with the others
   * @param metrics logged
   */
  public record Addition(List<LossTerm> terms, Map<String, Operand<TFloat32>> metrics) {
    /** Copies the collections. */
    public Addition {
      terms = List.copyOf(terms);
      metrics = new LinkedHashMap<>(metrics);
    }

    /** Returns nothing. */
    public static Addition none() {
      return new Addition(List.of(), Map.of());
    }
  }

  /** Returns the step without additions, with everything random drawn. */
  public static SelfTrainingStep build(
      StepContext context, SegmentationNetwork network, SelfTraining recipe) {
    return build(
        context,
        network,
        recipe,
        Images.of(context, recipe, network),
        Choices.drawn(),
        passes -> Addition.none());
  }

  /**
   * Returns the step.
   *
   * @param network in the form that is trained
   * @param added makes further terms of the passes, the labelled one first
   */
  public static SelfTrainingStep build(
      StepContext context,
      SegmentationNetwork network,
      SelfTraining recipe,
      Images images,
      Choices choices,
      Function<List<Pass>, Addition> added) {
    Ops tf = context.tf();
    Parameters student = context.parameters(TrainingPhase.SEGMENTER, network);
    var builder = new Builder(context, network, recipe, student);
    Operand<TFloat32> ones =
        tf.fill(tf.constant(images.labels().shape().asArray()), tf.constant(1f));
    Pass labelled =
        builder.pass(
            SEGMENTATION, images.labelled(), images.labels(), ones, choices.labelledWindow());
    builder.keepNear(images, labelled);
    var passes = new ArrayList<Pass>();
    passes.add(labelled);
    Optional<PseudoLabels> pseudo = Optional.empty();
    Optional<Pass> mixed = Optional.empty();
    if (images.unlabelled().isPresent()) {
      pseudo = Optional.of(builder.pseudoLabels(images.unlabelled().get()));
      ClassMix.Scenes scenes =
          builder.mixed(images, ones, pseudo.get(), choices.chosenClasses());
      mixed =
          Optional.of(
              builder.pass(
                  MIXED,
                  scenes.images(),
                  scenes.labels(),
                  scenes.weights(),
                  choices.mixedWindow()));
      passes.add(mixed.get());
    }
    return new SelfTrainingStep(
        builder.step(added.apply(List.copyOf(passes))), labelled, mixed, pseudo);
  }

  /** Collects terms, state updates and metrics in the order of the official code. */
  private static final class Builder {
    private final StepContext context;
    private final Ops tf;
    private final SegmentationNetwork network;
    private final SelfTraining recipe;
    private final Parameters student;
    private final List<LossTerm> terms = new ArrayList<>();
    private final List<StateUpdate> updates = new ArrayList<>();
    private final Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>();

    Builder(
        StepContext context,
        SegmentationNetwork network,
        SelfTraining recipe,
        Parameters student) {
      this.context = context;
      this.tf = context.tf();
      this.network = network;
      this.recipe = recipe;
      this.student = student;
    }

    Pass pass(
        String name,
        Operand<TFloat32> images,
        Operand<TInt32> labels,
        Operand<TFloat32> weights,
        Optional<Operand<TInt32>> window) {
      Forward forward = context.training(TrainingPhase.SEGMENTER).redrawn(name);
      if (window.isPresent()) {
        forward = forward.withDetailWindow(window.get());
      }
      Pass pass = new Pass(network.forward(forward, student, images), labels, weights);
      updates.addAll(forward.stateUpdates());
      terms.addAll(entropies(name, pass));
      return pass;
    }

    private List<LossTerm> entropies(String name, Pass pass) {
      Optional<MultiResolution> parts = pass.prediction().multiResolution();
      if (parts.isPresent() != recipe.resolutions().isPresent()) {
        throw new IllegalArgumentException(
            "resolutions belong to a network with multi-resolution, and to no other; the network"
                + " is "
                + network.name());
      }
      Operand<TFloat32> logits = pass.prediction().logits();
      if (parts.isEmpty()) {
        return List.of(
            new LossTerm(
                name,
                1,
                WeightedCrossEntropy.of(tf, logits, pass.labels(), pass.weights())));
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
    void keepNear(Images images, Pass labelled) {
      SelfTraining.Reference reference = recipe.reference();
      if (reference.weight() == 0) {
        return;
      }
      Parameters frozen =
          context.parameters(
              SelfTraining.REFERENCE,
              network.parameters().stream().map(spec -> spec.as(Kind.FIXED)).toList());
      var distance = new FeatureDistance(reference.classes(), reference.minRatio());
      terms.add(
          new LossTerm(
              DISTANCE,
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
                  updates.add(
                      new StateUpdate(SelfTraining.TEACHER + "." + name, old -> value)));
      Prediction answer =
          network.forward(
              Forward.batchStatistics(tf, SelfTraining.TEACHER), before.with(next), images);
      Operand<TFloat32> logits =
          network
              .interpolation()
              .resize(
                  tf,
                  answer.logits(),
                  (int) images.shape().get(1),
                  (int) images.shape().get(2));
      PseudoLabels pseudo =
          PseudoLabels.of(tf, logits, recipe.pseudoLabels().threshold());
      metrics.put(CONFIDENT, tf.dtypes.cast(pseudo.confidentShare(), TFloat32.class));
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
        Images images,
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
      Operand<TFloat32> augmented =
          recipe
              .augmentation()
              .apply(
                  tf,
                  scenes.images(),
                  network.normalisation(),
                  context.seed("strong-augmentation"));
      return new ClassMix.Scenes(augmented, scenes.labels(), scenes.weights());
    }

    Step step(Addition added) {
      terms.addAll(added.terms());
      metrics.putAll(added.metrics());
      var update =
          new Update(
              UPDATE,
              terms,
              recipe
                  .segmenter()
                  .groups(TrainingPhase.SEGMENTER, network.parameters(), recipe.decay()),
              recipe.segmenter().optimizer());
      var streams =
          recipe.setting() == SelfTraining.Setting.SUPERVISED
              ? List.of(SelfTraining.LABELLED)
              : List.of(SelfTraining.LABELLED, SelfTraining.UNLABELLED);
      return new Step(UPDATE, streams, List.of(update), updates, metrics);
    }
  }
}
