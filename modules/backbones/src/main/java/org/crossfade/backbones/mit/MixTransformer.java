package org.crossfade.backbones.mit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.trunk.Pyramid;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.LayerNorm;
import org.crossfade.core.nn.Normalisation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * MiT, the encoder of SegFormer: four stages of transformer blocks on overlapping patches, with
 * strides 4, 8, 16 and 32. There is no embedding of positions; the depthwise convolutions of the
 * blocks supply them.
 *
 * <p>Each stage embeds the map before it (7x7 by 4, later 3x3 by 2, layer norm with ε 1e-5), runs
 * its blocks, and normalises (ε 1e-6). The next stage reads the normalised map. Channels are width
 * times 1, 2, 5 and 8, heads 1, 2, 5 and 8, the reductions of keys and values 8, 4, 2 and 1. Drop
 * path rises linearly over all blocks, from 0 to its rate. Source: {@code mix_transformer.py} of
 * SegFormer and HRDA.
 *
 * <p>Names are those of the published files, {@code block3.17.attn.kv.weight}; stages are called
 * {@code stage1} to {@code stage3}, the output is {@code stage4}.
 *
 * @param layers blocks in each of the four stages: 2, 2, 2, 2 is B0 and B1, 3, 4, 6, 3 B2, 3, 4,
 *     18, 3 B3, 3, 8, 27, 3 B4, 3, 6, 40, 3 B5
 * @param width channels of the first stage: 32 is B0, 64 are B1 to B5
 * @param dropPath of the last block, in 0..1, 1 excluded
 */
public record MixTransformer(List<Integer> layers, int width, double dropPath) implements Pyramid {
  private static final int[] WIDTHS = {1, 2, 5, 8};
  private static final int[] HEADS = {1, 2, 5, 8};
  private static final int[] REDUCTIONS = {8, 4, 2, 1};
  private static final float EMBEDDING_EPSILON = 1e-5f;
  private static final float STAGE_EPSILON = 1e-6f;

  /** Copies the list. */
  public MixTransformer {
    layers = List.copyOf(layers);
  }

  @Override
  public String name() {
    String depths = String.join("-", layers.stream().map(String::valueOf).toList());
    return switch (depths + "/" + width) {
      case "2-2-2-2/32" -> "mit-b0";
      case "2-2-2-2/64" -> "mit-b1";
      case "3-4-6-3/64" -> "mit-b2";
      case "3-4-18-3/64" -> "mit-b3";
      case "3-8-27-3/64" -> "mit-b4";
      case "3-6-40-3/64" -> "mit-b5";
      default -> "mit-" + depths + "-width" + width;
    };
  }

  @Override
  public int stageChannels(int stage) {
    return width * WIDTHS[stage - 1];
  }

  @Override
  public String stageName(int stage) {
    return "stage" + stage;
  }

  @Override
  public Normalisation normalisation() {
    return Normalisation.TORCHVISION;
  }

  @Override
  public boolean isOfImageNetClassifier(String name) {
    return name.startsWith("head.");
  }

  @Override
  public MixTransformer withBatchNorm(BatchNorm.Mode mode) {
    return this;
  }

  @Override
  public List<ParameterSpec> parameters() {
    var specs = new ArrayList<ParameterSpec>();
    for (int stage = 1; stage <= 4; stage++) {
      Convolution projection = projection(stage);
      specs.addAll(
          projection.parameters(
              Initializer.kaimingNormal(projection.kernel(), projection.outputs()),
              Initializer.zeros()));
      specs.addAll(embeddingNorm(stage).parameters());
      for (int i = 0; i < layers.get(stage - 1); i++) {
        specs.addAll(block(stage, i).parameters());
      }
      specs.addAll(stageNorm(stage).parameters());
    }
    return specs;
  }

  @Override
  public Activations forward(Forward forward, Parameters parameters, Operand<TFloat32> images) {
    Ops tf = forward.tf();
    var stages = new LinkedHashMap<String, Operand<TFloat32>>();
    Operand<TFloat32> map = images;
    for (int stage = 1; stage <= 4; stage++) {
      map = projection(stage).apply(tf, parameters, map);
      map = embeddingNorm(stage).apply(tf, parameters, map);
      for (int i = 0; i < layers.get(stage - 1); i++) {
        map = block(stage, i).apply(forward, parameters, map);
      }
      map = stageNorm(stage).apply(tf, parameters, map);
      if (stage < 4) {
        stages.put(stageName(stage), map);
      }
    }
    return new Activations(map, Collections.unmodifiableMap(stages));
  }

  /** Returns block {@code index}, from 0, of stage 1 to 4. */
  public MixTransformerBlock block(int stage, int index) {
    return new MixTransformerBlock(
        "block" + stage + "." + index,
        stageChannels(stage),
        HEADS[stage - 1],
        REDUCTIONS[stage - 1],
        dropPath(stage, index));
  }

  /** Returns the norm behind the blocks of stage 1 to 4. */
  public LayerNorm stageNorm(int stage) {
    return new LayerNorm("norm" + stage, stageChannels(stage), STAGE_EPSILON);
  }

  private LayerNorm embeddingNorm(int stage) {
    return new LayerNorm("patch_embed" + stage + ".norm", stageChannels(stage), EMBEDDING_EPSILON);
  }

  private Convolution projection(int stage) {
    String name = "patch_embed" + stage + ".proj";
    return stage == 1
        ? new Convolution(name, 3, stageChannels(1), 7, 4, 3, 1, /* bias= */ true)
        : new Convolution(
            name, stageChannels(stage - 1), stageChannels(stage), 3, 2, 1, 1, /* bias= */ true);
  }

  /** The rate of the n-th of all N blocks, rate·n/(N − 1), n from 0. */
  private double dropPath(int stage, int index) {
    int all = layers.stream().mapToInt(Integer::intValue).sum();
    int before = layers.subList(0, stage - 1).stream().mapToInt(Integer::intValue).sum();
    return all == 1 ? 0 : dropPath * (before + index) / (all - 1);
  }
}
