package org.crossfade.core.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import org.junit.jupiter.api.Test;

class OptionKindTest {
  /** What has kinds. */
  interface Shape {}

  /** One kind. */
  record Circle(double radius) implements Shape {
    Circle {
      if (radius < 0) {
        throw new IllegalArgumentException("radius must be at least 0, found " + radius);
      }
    }
  }

  /** Another, with a shape inside. */
  record Frame(int width, Shape inner) implements Shape {}

  record Drawing(Shape shape) {}

  /** Named as a service of the tests. */
  public static final class CircleKind implements OptionKind {
    @Override
    public String name() {
      return "circle";
    }

    @Override
    public Class<? extends Record> options() {
      return Circle.class;
    }
  }

  /** Named as a service of the tests. */
  public static final class FrameKind implements OptionKind {
    @Override
    public String name() {
      return "frame";
    }

    @Override
    public Class<? extends Record> options() {
      return Frame.class;
    }
  }

  @Test
  void theKindDecidesTheRecordAtAnyDepth() {
    assertThat(read("shape { kind = frame, width = 3, inner { kind = circle, radius = 2 } }"))
        .isEqualTo(new Drawing(new Frame(3, new Circle(2))));
  }

  @Test
  void anUnknownKindListsThoseThereAre() {
    refused(
        "shape { kind = square, radius = 2 }",
        "drawing.conf: 1",
        "'d.shape.kind'",
        "circle, frame");
  }

  @Test
  void aMissingKindListsThoseThereAre() {
    refused("shape { radius = 2 }", "drawing.conf: 1", "'d.shape.kind'", "circle, frame");
  }

  @Test
  void keysOfAnotherKindAreUnknown() {
    refused(
        "shape { kind = circle, radius = 2, width = 3 }", "'d.shape.width'", "known are radius");
  }

  @Test
  void aKeyThatTheKindBeforeLeftBehindIsSaidToBeReset() {
    refused("shape { kind = circle, radius = 2, width = 3 }", "circle", "'shape = null'");
    Config before = ConfigFactory.parseString("d.shape { kind = frame, width = 3 }");
    Config changed =
        ConfigFactory.parseString("d.shape = null, d.shape { kind = circle, radius = 2 }");
    assertThat(OptionReader.readOne(changed.withFallback(before), "d", Drawing.class))
        .isEqualTo(new Drawing(new Circle(2)));
  }

  @Test
  void anOptionThatMovedIsRefusedWithItsNewName() {
    refused("shape { form = circle, radius = 2 }", "'d.shape.form' is now 'kind': write kind =");
    refused(
        "shape { kind = circle, size = 2 }",
        "drawing.conf: 1",
        "'d.shape.size' is now 'radius' of a circle");
  }

  @Test
  void theKindsOwnChecksAreHeard() {
    refused("shape { kind = circle, radius = -2 }", "'d.shape': radius must be at least 0");
  }

  @Test
  void aSectionCanBeOfAKindItself() {
    Config config = ConfigFactory.parseString("shape { kind = circle, radius = 2 }");
    assertThat(OptionReader.readOne(config, "shape", Shape.class)).isEqualTo(new Circle(2));
    assertThatThrownBy(() -> OptionReader.readOne(config, "form", Shape.class))
        .hasMessageContainingAll("'form'", "circle, frame");
  }

  @Test
  void aRecordKnowsItsKind() {
    assertThat(OptionKinds.nameOf(new Circle(1))).isEqualTo("circle");
  }

  private static void refused(String options, String... parts) {
    assertThatThrownBy(() -> read(options))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContainingAll(parts);
  }

  private static Drawing read(String options) {
    Config config =
        ConfigFactory.parseString(
            "d { " + options + " }",
            ConfigParseOptions.defaults().setOriginDescription("drawing.conf"));
    return OptionReader.readOne(config, "d", Drawing.class);
  }
}
