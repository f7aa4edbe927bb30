package org.crossfade.core.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionReaderTest {
  enum Colour {
    RED,
    DARK_BLUE
  }

  record Rates(double head, double trunk) {
    Rates {
      if (head <= 0) {
        throw new IllegalArgumentException("head must be positive, found " + head);
      }
    }
  }

  record Everything(
      boolean flag,
      int count,
      long seed,
      double learningRate,
      String name,
      Colour colour,
      Optional<Double> decay,
      List<Integer> layers,
      Map<String, Rates> groups,
      Rates rates) {}

  private static final String GOOD =
      """
      m {
        flag = true
        count = 3
        seed = 9007199254740993
        learning-rate = 2.5e-4
        name = some text
        colour = dark-blue
        decay = null
        layers = [3, 4, 23, 3]
        groups { b { head = 1, trunk = 2 }, a { head = 3, trunk = 4 } }
        rates { head = 1, trunk = 0.5 }
      }
      """;

  @Test
  void everyTypeIsRead() {
    Everything read = OptionReader.readOne(config(GOOD), "m", Everything.class);

    assertThat(read)
        .isEqualTo(
            new Everything(
                true,
                3,
                9_007_199_254_740_993L,
                2.5e-4,
                "some text",
                Colour.DARK_BLUE,
                Optional.empty(),
                List.of(3, 4, 23, 3),
                Map.of("a", new Rates(3, 4), "b", new Rates(1, 2)),
                new Rates(1, 0.5)));
    assertThat(read.groups().keySet()).containsExactly("a", "b");
  }

  @Test
  void optionalIsReadWhereItIsThereAndEmptyWhereItIsNot() {
    record Decay(Optional<Double> decay) {}

    assertThat(OptionReader.readOne(config("m { decay = 0.5 }"), "m", Decay.class).decay())
        .contains(0.5);
    assertThat(OptionReader.readOne(config("m {}"), "m", Decay.class).decay()).isEmpty();
  }

  @Test
  void allProblemsAreShownAtOnceWithFileAndLine() {
    String bad =
        """
        m {
          flag = perhaps
          count = 2.5
          seed = 1e30
          learning-rate = fast
          name = [a]
          colour = green
          layers = [3, x]
          groups { a { head = 1 } }
          rates { head = -1, trunk = 1 }
          learningRate = 0.1
        }
        """;

    assertThatThrownBy(() -> OptionReader.readOne(config(bad), "m", Everything.class))
        .isInstanceOfSatisfying(
            InvalidOptionsException.class,
            e -> {
              assertProblem(e, 2, "'m.flag' must be true or false", "\"perhaps\"");
              assertProblem(e, 3, "'m.count' must be a whole number of 32 bits", "2.5");
              assertProblem(e, 4, "'m.seed' must be a whole number of 64 bits");
              assertProblem(e, 5, "'m.learning-rate' must be a number", "\"fast\"");
              assertProblem(e, 6, "'m.name' must be a string");
              assertProblem(e, 7, "'m.colour' must be one of red, dark-blue", "\"green\"");
              assertProblem(e, 8, "'m.layers[1]' must be a whole number");
              assertProblem(e, 9, "missing key 'm.groups.a.trunk'");
              assertProblem(e, 10, "'m.rates': head must be positive, found -1.0");
              assertProblem(e, 11, "unknown key 'm.learningRate'", "known are", "learning-rate");
              assertThat(e.problems()).hasSize(10);
              assertThat(e.getMessage()).startsWith("10 problems in the options:");
            });
  }

  @Test
  void missingKeyAndMissingSectionAreNamed() {
    assertThatThrownBy(() -> OptionReader.readOne(config("m { head = 1 }"), "m", Rates.class))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("test.conf: 1")
        .hasMessageContaining("missing key 'm.trunk'");
    assertThatThrownBy(() -> OptionReader.readOne(config("n {}"), "m", Rates.class))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("missing section 'm' of head, trunk");
  }

  @Test
  void scalarInPlaceOfARecordAndRecordInPlaceOfAListAreRefused() {
    record Nested(Rates rates, List<Integer> layers, Map<String, Integer> map) {}
    Config config = config("m { rates = 3\n layers { a = 1 }\n map = [1] }");

    assertThatThrownBy(() -> OptionReader.readOne(config, "m", Nested.class))
        .isInstanceOfSatisfying(
            InvalidOptionsException.class,
            e -> {
              assertProblem(e, 1, "'m.rates' must be an object with head, trunk", "3");
              assertProblem(e, 2, "'m.layers' must be a list");
              assertProblem(e, 3, "'m.map' must be an object");
            });
  }

  @Test
  void numbersThatAreNoNumbersAreRefused() {
    record Rate(double rate) {}

    for (String value : List.of("NaN", "Infinity", "\"\"", "true")) {
      assertThatThrownBy(
              () -> OptionReader.readOne(config("m { rate = " + value + " }"), "m", Rate.class))
          .isInstanceOf(InvalidOptionsException.class)
          .hasMessageContaining("'m.rate' must be a number");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "\"1e400\"", "-1e400", "1e-400", "1e99999999999"})
  void numbersThatNoDoubleHoldsAreRefused(String value) {
    record Rate(double rate) {}

    assertThatThrownBy(
            () -> OptionReader.readOne(config("m { rate = " + value + " }"), "m", Rate.class))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("test.conf: 1: 'm.rate' must be")
        .hasMessageContaining("number")
        .hasMessageContaining("found " + value);
  }

  @Test
  void aNumberOfAMillionDigitsIsRefusedAtOnce() {
    record Rate(double rate, int steps) {}
    String digits = "9".repeat(1_000_000);

    assertThatThrownBy(
            () ->
                OptionReader.readOne(
                    config("m { rate = " + digits + ", steps = " + digits + " }"), "m", Rate.class))
        .isInstanceOfSatisfying(
            InvalidOptionsException.class,
            e -> {
              assertThat(e.problems()).hasSize(2);
              assertThat(e.getMessage()).hasSizeLessThan(500);
            });
  }

  @Test
  void theSmallestAndTheLargestNumberAreRead() {
    record Rate(double rate, double size) {}

    assertThat(
            OptionReader.readOne(
                config("m { rate = 4.9e-324, size = 1.7976931348623157e308 }"), "m", Rate.class))
        .isEqualTo(new Rate(Double.MIN_VALUE, Double.MAX_VALUE));
  }

  @Test
  void problemsOfSeveralSectionsAreCollected() {
    var reader = new OptionReader(config("a { head = 1 }\nb { trunk = 1 }"));

    assertThat(reader.read("a", Rates.class)).isEmpty();
    assertThat(reader.read("b", Rates.class)).isEmpty();
    reader.problem("something else");

    assertThatThrownBy(reader::finish)
        .isInstanceOfSatisfying(
            InvalidOptionsException.class, e -> assertThat(e.problems()).hasSize(3));
  }

  @Test
  void keysAreInKebabCase() {
    assertThat(OptionReader.key("learningRate")).isEqualTo("learning-rate");
    assertThat(OptionReader.key("DARK_BLUE")).isEqualTo("dark-blue");
    assertThat(OptionReader.key("RED")).isEqualTo("red");
    assertThat(OptionReader.key("DEEPLAB_V2_VGG16")).isEqualTo("deeplab-v2-vgg16");
  }

  private static void assertProblem(InvalidOptionsException e, int line, String... parts) {
    assertThat(e.problems())
        .anySatisfy(
            problem -> {
              assertThat(problem).startsWith("test.conf: " + line + ": ");
              for (String part : parts) {
                assertThat(problem).contains(part);
              }
            });
  }

  private static Config config(String text) {
    return ConfigFactory.parseString(
        text, ConfigParseOptions.defaults().setOriginDescription("test.conf"));
  }
}
