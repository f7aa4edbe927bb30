package org.crossfade.core.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Locales that write numbers with digits of their own. */
class OwnDigitsTest {
  @ParameterizedTest
  @ValueSource(strings = {"fa", "ar-EG", "ar-u-nu-arab", "bn", "mr", "ne", "my"})
  void graphsAreBuiltUnderLocalesWithOtherDigits(String tag) {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag(tag));
    try (var graph = new Graph()) {
      assertThat("%d".formatted(1)).as("else this shows nothing").isNotEqualTo("1");
      Ops tf = Ops.create(graph);
      var store = new VariableStore(tf, 1);
      tf.placeholder(TFloat32.class);
      var second = tf.placeholder(TFloat32.class);
      store.declare(
          "net",
          List.of(
              new ParameterSpec(
                  "w", Shape.of(2), Initializer.zeros(), ParameterSpec.Kind.STATISTIC)));

      assertThat(second.op().name()).matches("Placeholder_[0-9]+");
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }

  /** Whoever uses Crossfade as a library keeps his commas. */
  @ParameterizedTest
  @ValueSource(strings = {"de", "fr", "ja", "en"})
  void otherLocalesStayAsTheyAre(String tag) {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag(tag));
    try (var graph = new Graph()) {
      var store = new VariableStore(Ops.create(graph), 1);

      assertThat(store.variables()).isEmpty();
      assertThat(Locale.getDefault(Locale.Category.FORMAT).toLanguageTag()).isEqualTo(tag);
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }
}
