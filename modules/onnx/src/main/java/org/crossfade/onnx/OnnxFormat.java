package org.crossfade.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.crossfade.onnx.GraphTranslation.Port;
import org.crossfade.training.evaluation.FrozenGraph;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.training.export.ExportFormat;
import org.crossfade.training.export.ModelCard;
import org.crossfade.training.export.OutPlace;

/**
 * An ONNX file: {@code images}, uint8 RGB [N, H, W, 3], to {@code labels}, uint8 train ids [N, H,
 * W], and {@code probabilities}, float32 [N, H, W, K]. Normalisation, fusion of scales and
 * upsampling are inside; the model's {@linkplain ModelCard#properties properties} are its metadata.
 */
public final class OnnxFormat implements ExportFormat {
  /** The version of ONNX's own messages that goes with the operator set. */
  private static final int IR_VERSION = 8;

  /** More than this no protobuf message holds. */
  private static final long MOST_BYTES = Integer.MAX_VALUE;

  /** For {@link java.util.ServiceLoader}. */
  public OnnxFormat() {}

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public String write(TrainedModel model, ModelCard card, Path out) throws IOException {
    OutPlace.requireFree(out);
    try (var frozen = FrozenGraph.of(model)) {
      ModelProto proto = model(frozen, model, card);
      if (proto.getSerializedSize() < 0 || weightBytes(proto.getGraph()) > MOST_BYTES) {
        throw new IllegalArgumentException(
            "the network can't be written as ONNX: its weights take %d bytes, and a file holds %d;"
                    .formatted(weightBytes(proto.getGraph()), MOST_BYTES)
                + " --format safetensors holds them");
      }
      Path whole = out.toAbsolutePath();
      Files.createDirectories(whole.getParent());
      Path aside = whole.resolveSibling("." + whole.getFileName() + ".part");
      try {
        try (OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(aside))) {
          proto.writeTo(bytes);
        }
        Files.move(aside, whole, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(aside);
      }
      return "operator set %d, %s".formatted(GraphTranslation.OPERATOR_SET, frozen.signature());
    }
  }

  private static ModelProto model(FrozenGraph frozen, TrainedModel model, ModelCard card) {
    List<String> axes = List.of("N", "H", "W", "K");
    GraphProto graph =
        GraphTranslation.of(
            frozen.graph(),
            List.of(new Port(FrozenGraph.IMAGES, frozen.images(), axes)),
            List.of(
                new Port(FrozenGraph.LABELS, frozen.labels(), axes),
                new Port(FrozenGraph.PROBABILITIES, frozen.probabilities(), axes)));
    var properties = card.properties(model);
    ModelProto.Builder proto =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("crossfade")
            .setProducerVersion(properties.get("crossfade.version"))
            .addOpsetImport(
                OperatorSetIdProto.newBuilder()
                    .setDomain("")
                    .setVersion(GraphTranslation.OPERATOR_SET))
            .setGraph(graph);
    properties.forEach(
        (name, value) ->
            proto.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(name).setValue(value)));
    return proto.build();
  }

  private static long weightBytes(GraphProto graph) {
    return graph.getInitializerList().stream().mapToLong(i -> i.getRawData().size()).sum();
  }
}
