package org.crossfade.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.core.data.DataException;
import org.crossfade.training.evaluation.FrozenGraph;
import org.crossfade.training.export.ModelCard;

/**
 * A file that {@code export --format onnx} wrote.
 *
 * @param file where it lies
 * @param properties what it says of itself, see {@link ModelCard#properties}
 * @param height of the images that it takes; -1 where it takes any
 * @param width of the images that it takes; -1 where it takes any
 */
public record OnnxFile(Path file, Map<String, String> properties, long height, long width) {
  /**
   * Copies the map.
   *
   * @param file where it lies
   * @param properties what it says of itself
   * @param height of the images that it takes, in pixels; -1 where it takes any
   * @param width of the images that it takes, in pixels; -1 where it takes any
   */
  public OnnxFile {
    properties = Map.copyOf(properties);
  }

  /**
   * Reads a file, whole.
   *
   * @param file that {@code export --format onnx} wrote
   * @return what it says of itself and of its images
   * @throws DataException if it is truncated, is no ONNX file, was not written by Crossfade, or by
   *     a version that gives its properties another meaning
   * @throws IOException if the file cannot be read
   */
  public static OnnxFile read(Path file) throws IOException {
    ModelProto model = parse(file);
    var properties = new LinkedHashMap<String, String>();
    for (StringStringEntryProto property : model.getMetadataPropsList()) {
      properties.put(property.getKey(), property.getValue());
    }
    ModelCard.requireReadable(file, properties);
    ValueInfoProto images = images(file, model.getGraph().getInputList());
    return new OnnxFile(file, properties, size(images, 1), size(images, 2));
  }

  private static ModelProto parse(Path file) throws IOException {
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
      CodedInputStream coded = CodedInputStream.newInstance(bytes);
      coded.setSizeLimit(Integer.MAX_VALUE);
      ModelProto model = ModelProto.parseFrom(coded);
      if (!model.hasGraph() || model.getOpsetImportCount() == 0) {
        throw new DataException(file + ": is no ONNX file: it has no graph, or no operator set");
      }
      return model;
    } catch (InvalidProtocolBufferException e) {
      throw new DataException(
          file + ": is no ONNX file, or it is truncated: " + e.getMessage() + "; get it again", e);
    }
  }

  private static ValueInfoProto images(Path file, List<ValueInfoProto> inputs) {
    return inputs.stream()
        .filter(input -> input.getName().equals(FrozenGraph.IMAGES))
        .filter(input -> input.getType().getTensorType().getShape().getDimCount() == 4)
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "%s: has no input '%s' of four axes, but %s"
                        .formatted(
                            file,
                            FrozenGraph.IMAGES,
                            inputs.stream().map(ValueInfoProto::getName).toList())));
  }

  private static long size(ValueInfoProto images, int axis) {
    var dimension = images.getType().getTensorType().getShape().getDim(axis);
    return dimension.hasDimValue() ? dimension.getDimValue() : -1;
  }
}
