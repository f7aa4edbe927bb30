package org.crossfade.training.workers;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteDeviceList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewSession;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionListDevices;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetConfig;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetTarget;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.ConfigProto;

/** Sessions at a server, which TensorFlow-Java has no public constructor for. */
@SuppressWarnings("try") // A scope of pointers is there to be closed.
final class TargetSession {
  private TargetSession() {}

  /**
   * Opens a session of a graph at a server.
   *
   * @param target {@code grpc://host:port}
   */
  static Session open(Graph graph, String target, ConfigProto config) {
    try (PointerScope scope = new PointerScope()) {
      TF_Session session = handle(nativeGraph(graph), target, config);
      Constructor<Session> constructor =
          Session.class.getDeclaredConstructor(Graph.class, TF_Session.class);
      constructor.setAccessible(true);
      session.retainReference();
      return constructor.newInstance(graph, session);
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      throw new IllegalStateException(
          "sessions at a server need parts of TensorFlow-Java that are not public: on a module path"
              + " add --add-opens tensorflow/org.tensorflow=ALL-UNNAMED",
          e);
    }
  }

  /**
   * Asks a server for its devices, once in a while: whether it answers is what counts.
   *
   * @param target {@code grpc://host:port}
   */
  static final class Question implements AutoCloseable {
    private final Graph graph = new Graph();
    private final TF_Session session;

    Question(String target, ConfigProto config) {
      try (PointerScope scope = new PointerScope()) {
        session = handle(nativeGraph(graph), target, config);
        session.retainReference();
      } catch (ReflectiveOperationException | InaccessibleObjectException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Returns when the server has answered; throws if it can't be reached. */
    void ask() {
      try (PointerScope scope = new PointerScope()) {
        TF_Status status = TF_Status.newStatus();
        TF_DeviceList devices = TF_SessionListDevices(session, status);
        status.throwExceptionIfNotOK();
        TF_DeleteDeviceList(devices);
      }
    }

    @Override
    public void close() {
      session.releaseReference();
      graph.close();
    }
  }

  private static TF_Session handle(TF_Graph graph, String target, ConfigProto config) {
    TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
    TF_Status status = TF_Status.newStatus();
    byte[] bytes = config.toByteArray();
    TF_SetTarget(options, target);
    TF_SetConfig(options, new BytePointer(bytes), bytes.length, status);
    status.throwExceptionIfNotOK();
    TF_Session session = TF_NewSession(graph, options, status);
    status.throwExceptionIfNotOK();
    return session;
  }

  private static TF_Graph nativeGraph(Graph graph) throws ReflectiveOperationException {
    Field field = Graph.class.getDeclaredField("nativeHandle");
    field.setAccessible(true);
    return (TF_Graph) field.get(graph);
  }
}
