package org.crossfade.core.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamePatternTest {

  @Test
  void oneStarStandsForOnePartOfAName() {
    var pattern = NamePattern.of("segmenter.*.weight");

    assertThat(pattern.test("segmenter.conv1.weight")).isTrue();
    assertThat(pattern.test("segmenter.layer1.conv1.weight")).isFalse();
    assertThat(NamePattern.of("layer*.weight").test("layer12.weight")).isTrue();
  }

  @Test
  void twoStarsStandForAnyNumberOfParts() {
    var pattern = NamePattern.of("segmenter.**");

    assertThat(pattern.test("segmenter.conv1.weight")).isTrue();
    assertThat(pattern.test("segmenter.layer1.0.bn1.bias")).isTrue();
    assertThat(pattern.test("segmenter")).isFalse();
    assertThat(pattern.test("teacher.segmenter.conv1")).isFalse();
  }

  @Test
  void dotsAreNoWildcards() {
    assertThat(NamePattern.of("a.b").test("axb")).isFalse();
    assertThat(NamePattern.of("a+[b]").test("a+[b]")).isTrue();
  }

  @Test
  void anyOfSeveralPatternsIncludes() {
    var pattern = NamePattern.of(List.of("layer5.**", "layer6.**"));

    assertThat(pattern.test("layer5.conv2d_list.0.bias")).isTrue();
    assertThat(pattern.test("layer6.conv2d_list.0.bias")).isTrue();
    assertThat(pattern.test("layer4.0.conv1.weight")).isFalse();
  }

  @Test
  void exceptionsWinAlsoBelowARole() {
    var trunk = NamePattern.of("**").except(NamePattern.of("layer6.**")).under("segmenter");

    assertThat(trunk.test("segmenter.conv1.weight")).isTrue();
    assertThat(trunk.test("segmenter.layer6.conv2d_list.0.bias")).isFalse();
    assertThat(trunk.test("discriminator.conv1.weight")).isFalse();
  }

  @Test
  void noneMatchesNothing() {
    assertThat(NamePattern.none().test("")).isFalse();
    assertThat(NamePattern.none().test("conv1")).isFalse();
  }

  @Test
  void textShowsWhatIsInAndOut() {
    assertThat(NamePattern.of("a.**", "b").except(NamePattern.of("a.c")))
        .hasToString("a.**, b except a.c");
  }
}
