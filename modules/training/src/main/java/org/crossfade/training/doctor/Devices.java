package org.crossfade.training.doctor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.ConfigProto;

/** What TensorFlow can compute on here, and why it is no more. */
public final class Devices {
  private static final String GPU_LIBRARY =
      "org/tensorflow/internal/c_api/linux-x86_64-gpu/libtensorflow_cc.so.2";

  private Devices() {}

  /** Returns whether TensorFlow's build for GPUs is on the class path. */
  public static boolean builtForGpu() {
    return Devices.class.getClassLoader().getResource(GPU_LIBRARY) != null;
  }

  /**
   * Returns the devices that a session of a configuration sees, by type and name: {@code CPU
   * CPU:0}, {@code GPU GPU:0}.
   *
   * @throws org.tensorflow.exceptions.TensorFlowException if it asks for one that is not there
   */
  public static List<String> seen(ConfigProto config) {
    byte[] bytes = config.toByteArray();
    TF_Status status = TF_Status.newStatus();
    TF_Graph graph = TF_Graph.newGraph();
    TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
    try (var pointer = new BytePointer(bytes)) {
      tensorflow.TF_SetConfig(options, pointer, bytes.length, status);
      status.throwExceptionIfNotOK();
      TF_Session session = TF_Session.newSession(graph, options, status);
      status.throwExceptionIfNotOK();
      TF_DeviceList list = tensorflow.TF_SessionListDevices(session, status);
      status.throwExceptionIfNotOK();
      var devices = new ArrayList<String>();
      for (int i = 0; i < tensorflow.TF_DeviceListCount(list); i++) {
        String name = tensorflow.TF_DeviceListName(list, i, status).getString();
        devices.add(
            tensorflow.TF_DeviceListType(list, i, status).getString()
                + " "
                + name.replaceFirst("^.*/device:", ""));
      }
      tensorflow.TF_DeleteDeviceList(list);
      return devices;
    } finally {
      options.close();
      graph.close();
      status.close();
    }
  }

  /** Returns why TensorFlow sees no GPU, as part of a sentence. */
  public static String whyNoGpu() {
    if (!builtForGpu()) {
      return "this is TensorFlow's build for processors (for CUDA 12: -Pgpu, or the classifier"
          + " linux-x86_64-gpu)";
    }
    return whyNoGpu(SharedLibraries.here(), System.getenv("CUDA_VISIBLE_DEVICES"));
  }

  /** The same for the build for GPUs. */
  static String whyNoGpu(SharedLibraries libraries, String visible) {
    List<String> missing = libraries.missing();
    if (!missing.isEmpty()) {
      String first = missing.get(0);
      return first
          + " is not found"
          + (missing.size() > 1 ? ", nor " + (missing.size() - 1) + " more of CUDA's" : "")
          + "; it is part of "
          + SharedLibraries.WANTED.get(first)
          + "; doctor lists them all";
    }
    return visible == null
        ? "CUDA's libraries are there, but the driver shows no GPU; does nvidia-smi list one?"
        : "CUDA's libraries are there, but no GPU is visible with CUDA_VISIBLE_DEVICES=" + visible;
  }
}
