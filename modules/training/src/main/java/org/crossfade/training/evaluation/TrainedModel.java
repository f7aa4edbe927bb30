package org.crossfade.training.evaluation;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.datasets.transform.SampleTransforms;
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.weights.WeightFileException;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;

/** A network that is ready for use: the segmenter of a finished phase, or published weights. */
public final class TrainedModel implements AutoCloseable {
  /** Bytes a pixel of the image, its labels, colours and overlay, and their files. */
  private static final int PICTURES = 24;

  private final PhaseSession session;
  private final SegmentationNetwork network;
  private final Parameters parameters;
  private final InferenceGraph graph;
  private final Optional<String> phase;
  private Optional<InferenceGraph> batches = Optional.empty();

  private TrainedModel(
      PhaseSession session,
      SegmentationNetwork network,
      Parameters parameters,
      InferenceGraph graph,
      Optional<String> phase) {
    this.phase = phase;
    this.session = session;
    this.network = network;
    this.parameters = parameters;
    this.graph = graph;
  }

  /**
   * Opens the end of a phase.
   *
   * @param phase its name; the last finished training phase if empty
   * @param options threads and device
   * @throws RunFolderException if the run has no such finished phase, or a newer version wrote it
   */
  public static TrainedModel ofRun(
      AdaptationMethod method, RunDirectory run, Optional<String> phase, RunOptions options) {
    Format.requireReadable(run);
    List<TrainingPhase> phases =
        method.phases().stream()
            .filter(TrainingPhase.class::isInstance)
            .map(TrainingPhase.class::cast)
            .toList();
    TrainingPhase chosen =
        phases.stream()
            .filter(p -> Checkpoint.exists(run.phase(p.name())))
            .filter(p -> phase.map(p.name()::equals).orElse(true))
            .reduce((first, second) -> second)
            .orElseThrow(
                () ->
                    new RunFolderException(
                        "the run folder '"
                            + run.root()
                            + "' has no finished phase"
                            + phase.map(p -> " '" + p + "'").orElse("")
                            + "; the method's are "
                            + String.join(", ", phases.stream().map(Phase::name).toList())
                            + ". Train first, or give --weights"));
    Inference inference =
        chosen.name().equals(phases.get(phases.size() - 1).name())
            ? method.inference()
            : chosen.inference();
    return open(
        chosen.segmenter(),
        inference,
        options,
        Optional.of(chosen.name()),
        session ->
            session.initialise(
                Map.of(
                    TrainingPhase.SEGMENTER,
                    InitialWeights.fromPhase(chosen.name(), TrainingPhase.SEGMENTER)),
                run,
                Optional.empty()));
  }

  /**
   * Opens published weights.
   *
   * @param options threads and device
   * @throws WeightFileException if the file lacks a variable of the method's network, or has a
   *     value that is not finite
   */
  public static TrainedModel ofWeights(AdaptationMethod method, Path file, RunOptions options) {
    return open(
        method.segmenter(),
        method.inference(),
        options,
        Optional.empty(),
        session ->
            session.initialise(
                Map.of(TrainingPhase.SEGMENTER, InitialWeights.pretrained()),
                new RunDirectory(Path.of("")),
                Optional.of(PhaseSession.Pretrained.whole(file, method.segmenter()))));
  }

  private static TrainedModel open(
      SegmentationNetwork network,
      Inference inference,
      RunOptions options,
      Optional<String> phase,
      Consumer<PhaseSession> initialise) {
    var session = new PhaseSession(0, options.threads(), options.onDevice(), List.of());
    try {
      Parameters parameters = session.context().parameters(TrainingPhase.SEGMENTER, network);
      var graph = new InferenceGraph(session.tf(), network, parameters, inference);
      initialise.accept(session);
      return new TrainedModel(session, network, parameters, graph, phase);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Returns the session that holds the weights. */
  public Session session() {
    return session.session();
  }

  /** Returns the network. */
  public SegmentationNetwork network() {
    return network;
  }

  /** Returns the phase of a run whose end it is; empty for published weights. */
  public Optional<String> phase() {
    return phase;
  }

  /** Returns the graph of inference. */
  public InferenceGraph graph() {
    return graph;
  }

  /**
   * Returns the labels of one image of any size, at its own size.
   *
   * @param image RGB
   */
  public LabelMap predict(Image image) {
    return graph.predict(session(), resized(image), image.height(), image.width());
  }

  /**
   * Returns the class probabilities of one image of any size, at its own size: [H, W, K].
   *
   * @param image RGB
   */
  public float[] probabilities(Image image) {
    return graph.probabilities(session(), resized(image), image.height(), image.width());
  }

  private Image resized(Image image) {
    var sample = new Sample("", image, Optional.empty());
    return SampleTransforms.apply(graph.inference().resizing(), sample, 0).image();
  }

  /**
   * Returns the labels of several images of one size, any, at their own size; the network sees them
   * in one batch. One thread at a time may call it.
   *
   * @param images RGB, at least one
   * @throws IllegalArgumentException if they differ in size
   */
  public List<LabelMap> predict(List<Image> images) {
    if (images.size() == 1) {
      return List.of(predict(images.get(0)));
    }
    if (batches.isEmpty()) {
      batches =
          Optional.of(
              InferenceGraph.ofBatches(session.tf(), network, parameters, graph.inference()));
    }
    List<Image> resized = images.stream().map(this::resized).toList();
    Image first = images.get(0);
    for (Image image : images) {
      if (image.height() != first.height() || image.width() != first.width()) {
        throw new IllegalArgumentException(
            "a batch can't have both an " + first + " and an " + image);
      }
    }
    return batches.get().predict(session(), resized, first.height(), first.width());
  }

  /**
   * Returns about how many bytes {@link #predict(Image)} needs beyond the network's own, for an
   * image of a size: the scores of every class at every pixel, and their place.
   */
  public long bytesToPredict(int height, int width) {
    Inference inference = graph.inference();
    // Fused scales: the sum, the summand, and the logits that it is made of.
    int copies = inference.isFused() || inference.scales().get(0) != 1 ? 3 : 1;
    long scores = (long) copies * network.classes() * Float.BYTES;
    return (long) height * width * (scores + Long.BYTES + PICTURES);
  }

  /** Returns the memory of this machine in bytes; of the container, where there is one. */
  public static long memoryOfMachine() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  /** Returns the values of all parameters, by name; the caller closes them. */
  public Map<String, TFloat32> values() {
    var values = new LinkedHashMap<String, TFloat32>();
    for (ParameterSpec spec : network.parameters()) {
      Operand<TFloat32> value = parameters.get(spec.name());
      // The tensor outlives the result, which is not closed.
      values.put(spec.name(), (TFloat32) session().runner().fetch(value).run().get(0));
    }
    return values;
  }

  @Override
  public void close() {
    session.close();
  }
}
