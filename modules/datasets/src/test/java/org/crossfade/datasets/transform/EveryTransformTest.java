package org.crossfade.datasets.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.data.Sample;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.data.SampleTransform.BalancedCrop;
import org.crossfade.core.data.SampleTransform.FitInside;
import org.crossfade.core.data.SampleTransform.RandomCrop;
import org.crossfade.core.data.SampleTransform.RandomFlip;
import org.crossfade.core.data.SampleTransform.RandomScaleCrop;
import org.crossfade.core.data.SampleTransform.Resize;
import org.crossfade.core.data.SampleTransform.ResizeBilinear;
import org.crossfade.datasets.MemoryDataset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Laws of all transforms that there are. */
class EveryTransformTest {
  private static final Sample SAMPLE =
      SampleTransforms.apply(
          new Resize(12, 7), new MemoryDataset(List.of(Collections.nCopies(12, 3))).read(0), 0);

  static List<SampleTransform> examples() {
    return List.of(
        new Resize(7, 4),
        new ResizeBilinear(7, 4),
        new RandomScaleCrop(0.5, 2, 6, 5),
        new RandomCrop(3, 2),
        new FitInside(5, 9),
        new BalancedCrop(4, 3, 0.75),
        new RandomFlip(0.5));
  }

  @Test
  void eachTransformHasAnExampleHere() {
    assertThat(examples())
        .extracting(Object::getClass)
        .containsExactlyInAnyOrder(SampleTransform.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void imageAndLabelsHaveTheSizeThatTheTransformForetells(SampleTransform transform) {
    PixelSize before = size(SAMPLE);
    PixelSize foretold = transform.sizeAfter(Optional.of(before)).orElseThrow();
    for (long seed = 0; seed < 5; seed++) {
      Sample after = SampleTransforms.apply(transform, SAMPLE, seed);
      assertThat(size(after)).isEqualTo(foretold);
      assertThat(after.labels().orElseThrow().width()).isEqualTo(foretold.width());
      assertThat(after.labels().orElseThrow().height()).isEqualTo(foretold.height());
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void aSizeThatIsForetoldOfSamplesOfAnySizeHoldsForEach(SampleTransform transform) {
    Sample larger = SampleTransforms.apply(new Resize(20, 30), SAMPLE, 0);
    PixelSize found = size(SampleTransforms.apply(transform, larger, 0));
    assertThat(transform.sizeAfter(Optional.empty()).orElse(found)).isEqualTo(found);
  }

  @Test
  void whatFollowsTheSampleFixesNoSize() {
    assertThat(Stream.of(new FitInside(5, 9), new RandomFlip(1)))
        .allMatch(transform -> transform.sizeAfter(Optional.empty()).isEmpty());
  }

  private static PixelSize size(Sample sample) {
    return new PixelSize(sample.image().width(), sample.image().height());
  }
}
