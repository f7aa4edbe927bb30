package org.crossfade.metapix;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Idea;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.ImageStream;
import org.crossfade.recipes.PhaseInFront;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * MetaPix: Jian, Gao, Vosoughi, «MetaPix: Domain transfer for semantic segmentation by meta pixel
 * weighting», Image and Vision Computing, 2021.
 *
 * <p>Both domains are labelled. Phases: {@code joint} (both, unweighted), then in each generation g
 * {@code meta-g} (a network learns what each source pixel is worth to the target), {@code
 * weights-g} (its weights as pictures), and {@code weighted-g} (both again, the source weighted).
 * Where nothing is weighted, a generation is one phase {@code further-g}.
 */
public final class MetaPix implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "metapix";

  /** Name of the first phase on both domains. */
  public static final String JOINT = "joint";

  /** Name of the phases that learn weights, in front of their generation's number. */
  public static final String META = "meta-";

  /** Name of the passes that draw weights, in front of their generation's number. */
  public static final String WEIGHTS = "weights-";

  /** Name of the phases that use weights, in front of their generation's number. */
  public static final String WEIGHTED = "weighted-";

  /** Name of a generation's phase without weights, in front of its number. */
  public static final String FURTHER = "further-";

  private final MetaPixOptions options;
  private final Fcn8s network;
  private final SourceWeighting weighting;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public MetaPix(MetaPixOptions options, int classes) {
    this.options = options;
    this.network = Fcn8s.of(options.network(), classes);
    this.weighting = new WeightingNetwork(options.weighting(), classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights theta =
        inFront(phases, PhaseInFront.SOURCE, options.source(), InitialWeights.pretrained());
    theta = inFront(phases, JOINT, options.joint(), theta);
    for (int g = 1; g <= options.generations(); g++) {
      theta = options.learnsWeights() ? generation(phases, g, theta) : further(phases, g, theta);
    }
    return List.copyOf(phases);
  }

  private InitialWeights inFront(
      List<Phase> phases, String name, PairTraining training, InitialWeights theta) {
    return PhaseInFront.add(
        phases,
        training.iterations(),
        theta,
        start -> pairs(name, training, Map.of(TrainingPhase.SEGMENTER, start)));
  }

  /** Adds the phases of one generation and returns where the next one's θ starts. */
  private InitialWeights generation(List<Phase> phases, int g, InitialWeights theta) {
    boolean fresh = g == 1 || options.meta().reset();
    InitialWeights start =
        fresh
            ? InitialWeights.fresh()
            : InitialWeights.fromPhase(META + (g - 1), PairStep.WEIGHTING);
    phases.add(meta(META + g, theta, start));
    InitialWeights phi = InitialWeights.fromPhase(META + g, PairStep.WEIGHTING);
    if (options.weightMaps() > 0) {
      phases.add(
          WeightMapPass.phase(
              WEIGHTS + g, network, weighting, phi, options.weightMaps(), options.meta().source()));
    }
    phases.add(
        pairs(
            WEIGHTED + g,
            options.weighted(),
            Map.of(TrainingPhase.SEGMENTER, theta, PairStep.WEIGHTING, phi)));
    return InitialWeights.fromPhase(WEIGHTED + g, TrainingPhase.SEGMENTER);
  }

  private InitialWeights further(List<Phase> phases, int g, InitialWeights theta) {
    phases.add(pairs(FURTHER + g, options.weighted(), Map.of(TrainingPhase.SEGMENTER, theta)));
    return InitialWeights.fromPhase(FURTHER + g, TrainingPhase.SEGMENTER);
  }

  private TrainingPhase pairs(
      String name, PairTraining training, Map<String, InitialWeights> start) {
    NamePattern frozen = NamePattern.of(PairStep.WEIGHTING + ".**");
    for (Domain domain : Domain.values()) {
      if (!training.draws(domain)) {
        String own = Fcn8s.separate(domain).under(TrainingPhase.SEGMENTER).toString();
        frozen = NamePattern.of(PairStep.WEIGHTING + ".**", own);
      }
    }
    return new TrainingPhase(
        name,
        training.iterations(),
        training.streams(),
        start,
        frozen,
        evaluated(training),
        training.test(),
        context -> List.of(pairStep(context, training)));
  }

  private TrainingPhase meta(String name, InitialWeights theta, InitialWeights phi) {
    MetaTraining training = options.meta();
    return new TrainingPhase(
        name,
        training.iterations(),
        training.streams(),
        Map.of(TrainingPhase.SEGMENTER, theta, PairStep.WEIGHTING, phi),
        NamePattern.of(TrainingPhase.SEGMENTER + ".**"),
        network,
        options.weighted().test(),
        context -> List.of(metaStep(context, training)));
  }

  /** Where no target image is drawn, the target's own blocks have learned nothing. */
  private Fcn8s evaluated(PairTraining training) {
    return training.draws(Domain.TARGET) ? network : network.through(Domain.SOURCE);
  }

  private Step pairStep(StepContext context, PairTraining training) {
    var batches = new EnumMap<Domain, PairStep.Batch>(Domain.class);
    Normalisation normalisation = network.normalisation();
    if (training.draws(Domain.SOURCE) && training.draws(Domain.TARGET)) {
      var images =
          DomainImages.of(
              context, training.source(), training.target(), normalisation, training.style());
      batches.put(
          Domain.SOURCE,
          batch(context, Domain.SOURCE, network.through(Domain.SOURCE), images.sourceImages()));
      batches.put(
          Domain.TARGET,
          batch(context, Domain.TARGET, network.through(Domain.TARGET), images.targetImages()));
    } else {
      Domain domain = training.draws(Domain.SOURCE) ? Domain.SOURCE : Domain.TARGET;
      ImageStream stream = domain == Domain.SOURCE ? training.source() : training.target();
      batches.put(
          domain,
          batch(
              context,
              domain,
              network.through(domain),
              stream.images(context, domain.stream(), normalisation)));
    }
    return PairStep.build(context, training, weighting, batches).step();
  }

  private Step metaStep(StepContext context, MetaTraining training) {
    var images =
        DomainImages.of(context, training.source(), training.target(), network.normalisation());
    var batches =
        Map.of(
            Domain.SOURCE,
            batch(context, Domain.SOURCE, network.through(Domain.SOURCE), images.sourceImages()),
            Domain.TARGET,
            batch(
                context,
                Domain.TARGET,
                MetaStep.behindTheStep(network, training),
                images.targetImages()));
    return MetaStep.build(context, training, weighting, batches).step();
  }

  private static PairStep.Batch batch(
      StepContext context, Domain domain, Fcn8s way, Operand<TFloat32> images) {
    return new PairStep.Batch(way, images, context.labels(domain.stream()));
  }

  /** Makes MetaPix from its section of options. */
  public static final class Factory extends MethodFactory<MetaPixOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "MetaPix: meta-learned weights of source pixels (Jian et al., Image and Vision"
              + " Computing 2021)",
          Contribution.ideas(
              Idea.within(
                  "weights",
                  "a network learns what each source pixel is worth to the target",
                  "the same phases on both domains with equal weights of all source pixels",
                  "weighted.source-loss = all-pixels")),
          MetaPixOptions.class,
          (options, labels) -> new MetaPix(options, labels.classes()));
    }
  }
}
