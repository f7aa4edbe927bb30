package org.crossfade.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.backbones.deeplab.ResNetCaffeOptions;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.ArtefactWriter;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Idea;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.MethodContext;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.SampleSelection;
import org.crossfade.core.method.ScoreRule;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Resize;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.optim.Adam;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.Schedule;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Everything that a loop must be able to do, in little: a phase on the source with batch statistics
 * and momentum, a pass that leaves pseudo labels, a phase on them with Adam.
 */
public final class TinyMethod implements AdaptationMethod {
  public static final String SOURCE = "source";
  public static final String PSEUDO_LABELS = "pseudo-labels";
  public static final String TARGET = "target";

  /** Array that the pass leaves, 1, 2, 3, and role that starts from it and is halved every step. */
  public static final String NUMBERS = "numbers";

  /** Which network. */
  public enum Net {
    PLAIN,
    DEEPLAB
  }

  /** What a careless author forgets. */
  public enum Fault {
    NONE,
    UNDECIDED_WEIGHT,
    TRAINED_AND_FROZEN,
    PASS_FROM_PUBLISHED_WEIGHTS,
    ARRAY_THAT_IS_NOT_THERE
  }

  /**
   * Options.
   *
   * @param net which network
   * @param source the first phase
   * @param targetIterations of the second, 0 for none and no pass
   * @param targetRate Adam's
   * @param targetContinues whether the second phase's rate counts on from the first one's end, and
   *     falls
   * @param fault for tests of checks
   * @param selection of the first phase's samples, by how sure the network is of an image
   */
  public record Options(
      Net net,
      SupervisedTraining source,
      long targetIterations,
      double targetRate,
      boolean targetContinues,
      Fault fault,
      Optional<SelectionOptions> selection) {
    public Options {
      if (!(targetRate > 0)) {
        throw new IllegalArgumentException("target-rate must be positive, found " + targetRate);
      }
    }
  }

  /** Options of a selection. */
  public record SelectionOptions(ScoreRule rule, boolean dropRemainder) {}

  private final Options options;
  private final SegmentationNetwork network;

  public TinyMethod(Options options, int classes) {
    this.options = options;
    this.network =
        options.net() == Net.PLAIN
            ? new TinyNetwork(classes, BatchNorm.Mode.FROZEN)
            : new ResNetCaffeOptions(List.of(1, 1, 1, 1), 4, 4, /* auxiliaryHead= */ false)
                .create(classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    TrainingPhase source =
        options
            .source()
            .phase(
                SOURCE,
                Domain.SOURCE,
                Labels.GROUND_TRUTH,
                network,
                0,
                InitialWeights.pretrained());
    phases.add(options.selection().map(s -> source.selecting(selection(s))).orElse(source));
    if (options.targetIterations() > 0) {
      phases.add(pseudoLabels());
      phases.add(target());
    }
    return phases;
  }

  private SampleSelection selection(SelectionOptions s) {
    return new SampleSelection(SOURCE, List.of(), s.rule(), s.dropRemainder(), this::sureness);
  }

  /** The mean probability of each pixel's class. */
  private Operand<TFloat32> sureness(StepContext context) {
    var tf = context.tf();
    Operand<TFloat32> logits =
        segmenter()
            .forward(
                Forward.inference(tf),
                context.parameters(TrainingPhase.SEGMENTER, segmenter()),
                network.normalisation().apply(tf, context.images(SOURCE)))
            .logits();
    return tf.math.mean(
        tf.max(tf.nn.softmax(logits), tf.constant(3)), tf.constant(new int[] {1, 2}));
  }

  private DatasetPass pseudoLabels() {
    Inference test = inference();
    var input =
        new StreamRequest(
            "images",
            Domain.TARGET,
            1,
            List.of(new SampleTransform.Resize(test.width(), test.height())),
            Sampling.SEQUENTIAL,
            Labels.NONE);
    InitialWeights start =
        options.fault() == Fault.PASS_FROM_PUBLISHED_WEIGHTS
            ? InitialWeights.pretrained()
            : InitialWeights.fromPhase(SOURCE, TrainingPhase.SEGMENTER);
    return new DatasetPass(
        PSEUDO_LABELS,
        input,
        Map.of(TrainingPhase.SEGMENTER, start),
        context -> {
          var tf = context.tf();
          Operand<TFloat32> logits =
              segmenter()
                  .forward(
                      Forward.inference(tf),
                      context.parameters(TrainingPhase.SEGMENTER, segmenter()),
                      network.normalisation().apply(tf, context.images("images")))
                  .logits();
          Operand<TFloat32> native_ = Resize.bilinear(tf, logits, context.nativeSize());
          var labels = tf.dtypes.cast(tf.math.argMax(native_, tf.constant(3)), TUint8.class);
          return new DatasetPass.PassGraph(Map.of("labels", labels), Sink::new);
        });
  }

  private record Sink(ArtefactWriter writer) implements DatasetPass.PassSink {
    @Override
    public void accept(String id, Map<String, Tensor> outputs) throws IOException {
      TUint8 labels = (TUint8) outputs.get("labels");
      int height = (int) labels.shape().get(1);
      int width = (int) labels.shape().get(2);
      byte[] ids = new byte[height * width];
      labels.asRawTensor().data().read(ids);
      writer.labelMap(id, new LabelMap(height, width, ids));
    }

    @Override
    public void finish() throws IOException {
      writer.array(NUMBERS, new float[] {1, 2, 3}, 3);
    }
  }

  private TrainingPhase target() {
    NamePattern classifier = NamePattern.of("segmenter.classifier.**", "segmenter.layer6.**");
    NamePattern trunk = NamePattern.of("segmenter.**").except(classifier);
    NamePattern frozen =
        switch (options.fault()) {
          case UNDECIDED_WEIGHT -> trunk.except(NamePattern.of("segmenter.stem.weight"));
          case TRAINED_AND_FROZEN -> NamePattern.of("segmenter.**");
          default -> trunk;
        };
    var phase =
        new TrainingPhase(
            TARGET,
            options.targetIterations(),
            List.of(
                options.source().stream()
                    .request("images", Domain.TARGET, Labels.of(PSEUDO_LABELS))),
            Map.of(
                TrainingPhase.SEGMENTER,
                InitialWeights.fromPhase(SOURCE, TrainingPhase.SEGMENTER),
                NUMBERS,
                InitialWeights.fromArtefact(
                    PSEUDO_LABELS,
                    options.fault() == Fault.ARRAY_THAT_IS_NOT_THERE ? "letters" : NUMBERS)),
            frozen,
            segmenter(),
            inference(),
            context -> List.of(targetStep(context, classifier)));
    return options.targetContinues() ? phase.continuing(SOURCE) : phase;
  }

  private Schedule targetSchedule() {
    return options.targetContinues()
        ? new Schedule.Poly(options.targetRate(), 1, 100)
        : Schedule.constant(options.targetRate());
  }

  private Step targetStep(StepContext context, NamePattern trained) {
    var tf = context.tf();
    Forward forward = context.training(TrainingPhase.SEGMENTER);
    Operand<TFloat32> images =
        options.source().stream().images(context, "images", network.normalisation());
    Operand<TFloat32> logits =
        segmenter()
            .forward(forward, context.parameters(TrainingPhase.SEGMENTER, segmenter()), images)
            .logits();
    var loss = new SegmentationCrossEntropy(LabelSpace.IGNORE, 1);
    var spec =
        new ParameterSpec("halved", Shape.of(3), Initializer.zeros(), ParameterSpec.Kind.STATISTIC);
    Operand<TFloat32> numbers = context.parameters(NUMBERS, List.of(spec)).get("halved");
    return context.step(
        "segmenter",
        List.of("images"),
        List.of(
            new Update(
                "segmenter",
                List.of(
                    new LossTerm("pseudo", 1, loss.apply(tf, logits, context.labels("images")))),
                List.of(new ParameterGroup("classifier", trained, targetSchedule())),
                new Adam(0.9, 0.99))),
        List.of(new StateUpdate(NUMBERS + ".halved", x -> tf.math.mul(x, tf.constant(0.5f)))),
        Map.of(
            "largest-logit",
            tf.max(logits, tf.constant(new int[] {0, 1, 2, 3})),
            NUMBERS,
            tf.reduceSum(numbers, tf.constant(0))));
  }

  @Override
  public SegmentationNetwork segmenter() {
    return network.withBatchNorm(options.source().batchNorm());
  }

  @Override
  public Inference inference() {
    return options.source().test();
  }

  /** Makes the method {@code tiny}. */
  public static class Factory implements AdaptationMethod.Factory {
    @Override
    public String name() {
      return "tiny";
    }

    @Override
    public String summary() {
      return "Two phases and a pass, for tests";
    }

    @Override
    public Contribution contribution() {
      return Contribution.ideas(
          new Idea(
              "pseudo-labels",
              "the network learns its own labels of the target",
              List.of("target-iterations = 0"),
              List.of("target-rate = " + Idea.STANDSTILL),
              "the network itself"));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }

    @Override
    public AdaptationMethod create(MethodContext context) {
      return new TinyMethod(context.options(Options.class), context.labelSpace().classes());
    }
  }

  /** Makes {@code tiny-twin}: another method that begins alike. */
  public static final class TwinFactory extends Factory {
    @Override
    public String name() {
      return "tiny-twin";
    }
  }
}
