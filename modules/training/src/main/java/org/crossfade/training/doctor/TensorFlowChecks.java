package org.crossfade.training.doctor;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.NativeTensorFlow;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.op.nn.Conv2dBackpropFilter;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/** Whether TensorFlow's native library loads, which devices it sees, and whether it can train. */
final class TensorFlowChecks {
  /** Rows and columns of a kernel, and the distance of its weights. */
  private static final int KERNEL = 3;

  private static final int DILATION = 2;

  private TensorFlowChecks() {}

  /** Returns the findings; the first alone where the library can't be loaded. */
  static List<Finding> all() {
    var findings = new ArrayList<Finding>();
    String build = Devices.builtForGpu() ? "built for CUDA 12" : "built for processors";
    try {
      findings.add(Finding.fine("TensorFlow", TensorFlow.version() + ", " + build));
    } catch (LinkageError e) {
      findings.add(
          new Finding(
              "TensorFlow",
              "its native library can't be loaded: " + e.getMessage(),
              NativeTensorFlow.missing()
                  .orElse(
                      "is there room for it in the folder that JavaCPP unpacks it to (~/.javacpp),"
                          + " and is it of the version of tensorflow-core-api?")));
      return findings;
    }
    List<String> devices = Devices.seen(ConfigProto.getDefaultInstance());
    findings.add(Finding.fine("devices", String.join(", ", devices)));
    boolean gpu = devices.stream().anyMatch(device -> device.startsWith("GPU"));
    findings.add(
        gpu
            ? Finding.fine("computes on", "the GPU")
            : new Finding("computes on", "the processor", whyNoGpu()));
    findings.add(trainingStep());
    return findings;
  }

  /** Nothing is wrong with a processor, unless somebody asked for the build for GPUs. */
  private static String whyNoGpu() {
    return Devices.builtForGpu()
        ? "TensorFlow's build for GPUs is on the class path and sees none: " + Devices.whyNoGpu()
        : "";
  }

  /**
   * The gradient of a dilated convolution's kernel, which every DeepLab needs and which TensorFlow
   * can't compute on a processor without oneDNN. Of ones, each weight's gradient is 1.
   */
  private static Finding trainingStep() {
    int side = DILATION * (KERNEL - 1) + 1;
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var image = tf.fill(tf.array(1, side, side, 1), tf.constant(1f));
      var kernel = tf.fill(tf.array(KERNEL, KERNEL, 1, 1), tf.constant(1f));
      List<Long> dilations = List.of(1L, (long) DILATION, (long) DILATION, 1L);
      var output =
          tf.nn.conv2d(
              image, kernel, List.of(1L, 1L, 1L, 1L), "VALID", Conv2d.dilations(dilations));
      var gradient =
          tf.nn.conv2dBackpropFilter(
              image,
              tf.shape(kernel),
              tf.onesLike(output),
              List.of(1L, 1L, 1L, 1L),
              "VALID",
              Conv2dBackpropFilter.dilations(dilations));
      try (var result = session.runner().fetch(output).fetch(gradient).run()) {
        float sum = ((TFloat32) result.get(0)).getFloat(0, 0, 0, 0);
        TFloat32 weights = (TFloat32) result.get(1);
        boolean right = sum == KERNEL * KERNEL;
        for (int i = 0; i < KERNEL * KERNEL; i++) {
          right &= weights.getFloat(i / KERNEL, i % KERNEL, 0, 0) == 1f;
        }
        return right
            ? Finding.fine("training step", "a dilated convolution and its gradient are right")
            : new Finding(
                "training step",
                "a dilated convolution of ones gave " + sum + " and gradients that are not 1",
                "this build of TensorFlow computes wrongly on this processor: don't train on it");
      }
    } catch (RuntimeException e) {
      return new Finding(
          "training step",
          "failed: " + e.getMessage(),
          "export TF_ENABLE_ONEDNN_OPTS=1, without which dilated convolutions can't be trained on a"
              + " processor");
    }
  }
}
