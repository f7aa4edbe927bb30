package org.crossfade.benchmark;

import java.util.HashMap;
import org.crossfade.backbones.TensorLayout;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Variable;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.weights.FormulaWeights;
import org.tensorflow.types.TFloat32;

/** Values of variables that a program in another language can make too. */
final class FormulaVariables {
  private FormulaVariables() {}

  /**
   * Assigns every variable but the optimizers', by its published name: the one behind its role. In
   * one run: TensorFlow prepares the whole graph anew for each other set of assignments. The
   * optimizers' start as always. Random values are not drawn, which would be replaced: TensorFlow
   * keeps the memory that it once had.
   */
  static void assign(PhaseSession session, long seed) {
    session.variables().initialize(session.session(), v -> v.kind() == ParameterSpec.Kind.SLOT);
    var weights = new FormulaWeights("", seed);
    var values = new HashMap<String, TFloat32>();
    try {
      for (Variable variable : session.variables().variables()) {
        if (variable.kind() != ParameterSpec.Kind.SLOT) {
          String published = variable.name().substring(variable.name().indexOf('.') + 1);
          long[] shape = TensorLayout.toPytorch(variable.shape());
          values.put(
              variable.name(), TensorLayout.toTensorFlow(weights.values(published, shape), shape));
        }
      }
      session.variables().assign(session.session(), values);
    } finally {
      values.values().forEach(TFloat32::close);
    }
  }
}
