package org.crossfade.training.run;

import com.google.common.collect.Iterables;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.crossfade.core.graph.Variable;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.train.Restore;
import org.tensorflow.op.train.Save;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Saves and restores variables as TensorFlow bundles, which TensorFlow in any language can read.
 *
 * <p>{@code Session.save} covers legacy variables only: with resource variables it writes nothing
 * and raises nothing.
 */
final class SavedVariables {
  /** So few, that their copies need little memory. */
  private static final int HASHED_AT_ONCE = 32;

  private final Ops tf;
  private final Placeholder<TString> prefix;
  private Save save;
  private Operand<TBool> finite;

  /** Adds the placeholder of a bundle's path to the graph. */
  SavedVariables(Ops tf) {
    this.tf = tf;
    this.prefix = tf.placeholder(TString.class);
  }

  /** Writes the variables to {@code bundle}.index and {@code bundle}.data-00000-of-00001. */
  void save(Session session, Collection<Variable> variables, Path bundle) {
    if (variables.isEmpty()) {
      throw new IllegalStateException("there is no variable to save");
    }
    if (save == null) {
      var names = variables.stream().map(Variable::name).toArray(String[]::new);
      var values = new ArrayList<Operand<?>>();
      variables.forEach(v -> values.add(v.snapshot()));
      save = tf.train.save(prefix, tf.array(names), slices(names.length), values);
    }
    try (TString path = TString.scalarOf(bundle.toString())) {
      session.runner().feed(prefix, path).addTarget(save).run().close();
    }
  }

  /** Returns the names of variables that hold a value which is not finite. */
  List<String> notFinite(Session session, Collection<Variable> variables) {
    if (variables.isEmpty()) {
      return List.of();
    }
    if (finite == null) {
      var checks = new ArrayList<Operand<TBool>>();
      for (Variable variable : variables) {
        int[] axes = IntStream.range(0, variable.shape().numDimensions()).toArray();
        checks.add(tf.reduceAll(tf.math.isFinite(variable.snapshot()), tf.constant(axes)));
      }
      finite = tf.stack(checks);
    }
    var broken = new ArrayList<String>();
    try (var result = session.runner().fetch(finite).run()) {
      TBool values = (TBool) result.get(0);
      int i = 0;
      for (Variable variable : variables) {
        if (!values.getBoolean(i++)) {
          broken.add(variable.name());
        }
      }
    }
    return broken;
  }

  /** Returns a hash of the variables' values, in their order. */
  String hash(Session session, Collection<Variable> variables) {
    Hasher hasher = Hashing.murmur3_128().newHasher();
    for (List<Variable> some : Iterables.partition(variables, HASHED_AT_ONCE)) {
      var runner = session.runner();
      some.forEach(variable -> runner.fetch(variable.snapshot()));
      try (var result = runner.run()) {
        result.forEach(
            entry -> {
              byte[] bytes = new byte[(int) ((TFloat32) entry.getValue()).numBytes()];
              ((TFloat32) entry.getValue()).asRawTensor().data().read(bytes);
              hasher.putBytes(bytes);
            });
      }
    }
    return hasher.hash().toString();
  }

  /** Assigns tensors of {@code bundle} to variables. */
  void restore(Session session, Map<String, Variable> variableByTensor, Path bundle) {
    if (variableByTensor.isEmpty()) {
      return;
    }
    var ordered = new LinkedHashMap<>(variableByTensor);
    var names = ordered.keySet().toArray(String[]::new);
    List<Class<? extends TType>> types = Collections.nCopies(names.length, TFloat32.class);
    Restore restore = tf.train.restore(prefix, tf.array(names), slices(names.length), types);
    var assigned = new ArrayList<Op>();
    int i = 0;
    for (Variable variable : ordered.values()) {
      Operand<TFloat32> value = restore.tensors().get(i++).asOutput().expect(TFloat32.class);
      assigned.add(variable.assign(tf, value));
    }
    Op all = tf.withControlDependencies(assigned).noOp();
    try (TString path = TString.scalarOf(bundle.toString())) {
      session.runner().feed(prefix, path).addTarget(all).run().close();
    }
  }

  private Operand<TString> slices(int count) {
    return tf.array(Collections.nCopies(count, "").toArray(String[]::new));
  }
}
