package org.crossfade.datasets.streets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StreetsTest {
  private static final LabelSpace SPACE = LabelSpace.of(19);

  private static Dataset small(Style style, Split split, int count) {
    return Streets.dataset(style, split, count, 256, 128, SPACE);
  }

  private static String hash(Sample sample) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(sample.image().rgb());
    digest.update(sample.labels().orElseThrow().trainIds());
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  /** A change of these bytes is a change of the data set: raise the edition in StreetsDataset. */
  @ParameterizedTest
  @CsvSource({
    "SOURCE, TRAIN, 0, 256, 128, 2d3ad3d12eb2b227",
    "SOURCE, VAL, 17, 256, 128, 15a1eeacc1c2b642",
    "TARGET, TRAIN, 0, 256, 128, e501f6f0d82a4ea0",
    "TARGET, TRAIN, 4242, 128, 64, d0d89cd4ede2c28d",
    "TARGET, VAL, 3, 512, 256, 41bb1e8a2945b006"
  })
  void bytesOfASceneNeverChange(
      Style style, Split split, int index, int width, int height, String expected)
      throws NoSuchAlgorithmException {
    Dataset scenes = Streets.dataset(style, split, 5000, width, height, SPACE);
    assertThat(hash(scenes.read(index))).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  void readingAgainOrFromALongerListGivesTheSameScene(Style style) {
    Sample once = small(style, Split.TRAIN, 10).read(7);
    assertThat(small(style, Split.TRAIN, 1000).read(7)).isEqualTo(once);
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  void labelsAloneAreThoseOfTheSample(Style style) {
    Dataset scenes = small(style, Split.VAL, 20);
    for (int i = 0; i < 20; i++) {
      assertThat(scenes.readLabels(i)).isEqualTo(scenes.read(i).labels().orElseThrow());
    }
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  void splitsShareNoIdAndNoScene(Style style) {
    Dataset train = small(style, Split.TRAIN, 60);
    Dataset val = small(style, Split.VAL, 60);
    Set<LabelMap> seen = new HashSet<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      seen.add(train.readLabels(i));
      seen.add(val.readLabels(i));
      ids.add(train.id(i));
      ids.add(val.id(i));
    }
    assertThat(seen).hasSize(120);
    assertThat(ids).hasSize(120);
  }

  @Test
  void stylesShareNoScene() {
    Dataset source = small(Style.SOURCE, Split.TRAIN, 5);
    Dataset target = small(Style.TARGET, Split.TRAIN, 5);
    for (int i = 0; i < 5; i++) {
      assertThat(source.readLabels(i)).isNotEqualTo(target.readLabels(i));
    }
  }

  @Test
  void all18CitiesTakeTurns() {
    Dataset scenes = small(Style.TARGET, Split.TRAIN, 180);
    var perCity =
        IntStream.range(0, 180)
            .mapToObj(i -> scenes.id(i).replaceFirst("_\\d{6}$", ""))
            .collect(Collectors.groupingBy(city -> city, Collectors.counting()));
    assertThat(perCity.keySet())
        .containsExactlyInAnyOrder(
            "aachen",
            "bochum",
            "bremen",
            "cologne",
            "darmstadt",
            "dusseldorf",
            "erfurt",
            "hamburg",
            "hanover",
            "jena",
            "krefeld",
            "monchengladbach",
            "strasbourg",
            "stuttgart",
            "tubingen",
            "ulm",
            "weimar",
            "zurich");
    assertThat(perCity.values()).containsOnly(10L);
    assertThat(scenes.id(0)).isEqualTo("aachen_000000");
    assertThat(small(Style.TARGET, Split.VAL, 20).id(18)).isEqualTo("aachen_500018");
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 13})
  void smallerLabelSpacesRenumberAndIgnoreTheRest(int classes) {
    LabelSpace space = LabelSpace.of(classes);
    Dataset all = small(Style.SOURCE, Split.TRAIN, 40);
    Dataset some = Streets.dataset(Style.SOURCE, Split.TRAIN, 40, 256, 128, space);
    for (int i = 0; i < 40; i++) {
      byte[] from = all.readLabels(i).trainIds();
      byte[] to = some.readLabels(i).trainIds();
      byte[] expected = new byte[from.length];
      for (int k = 0; k < from.length; k++) {
        expected[k] = idIn(space, from[k] & 0xFF);
      }
      assertThat(to).isEqualTo(expected);
    }
    assertThat(some.labelSpace()).isEqualTo(space);
    assertThat(some.read(0).image()).isEqualTo(all.read(0).image());
  }

  private static byte idIn(LabelSpace space, int id19) {
    return (byte)
        (id19 == LabelSpace.IGNORE
            ? id19
            : space.idOf(LabelSpace.of(19).className(id19)).orElse(LabelSpace.IGNORE));
  }

  @Test
  void classesOfOnesOwnTakeTheSceneryByName() {
    LabelSpace space = LabelSpace.ofNames("car", "road", "unicorn");
    Dataset some = Streets.dataset(Style.SOURCE, Split.TRAIN, 1, 256, 128, space);
    byte[] all = small(Style.SOURCE, Split.TRAIN, 1).readLabels(0).trainIds();
    byte[] ids = some.readLabels(0).trainIds();
    for (int k = 0; k < all.length; k++) {
      assertThat(ids[k]).isEqualTo((byte) (all[k] == 13 ? 0 : all[k] == 0 ? 1 : 255));
    }
    assertThat(some.fingerprint())
        .isNotEqualTo(
            Streets.dataset(
                    Style.SOURCE,
                    Split.TRAIN,
                    1,
                    256,
                    128,
                    LabelSpace.ofNames("sky", "road", "car"))
                .fingerprint());
  }

  /** The same street at twice the size: only rims of things may differ from pixel doubling. */
  @ParameterizedTest
  @EnumSource(Style.class)
  void theSceneDoesNotDependOnItsSize(Style style) {
    Dataset small = small(style, Split.TRAIN, 20);
    Dataset large = Streets.dataset(style, Split.TRAIN, 20, 512, 256, SPACE);
    int same = 0;
    int total = 0;
    for (int i = 0; i < 20; i++) {
      LabelMap one = small.readLabels(i);
      LabelMap two = large.readLabels(i);
      for (int y = 0; y < 128; y++) {
        for (int x = 0; x < 256; x++) {
          same += one.at(y, x) == two.at(2 * y + 1, 2 * x + 1) ? 1 : 0;
          total++;
        }
      }
    }
    assertThat((double) same / total).isGreaterThan(0.95);
  }

  @Test
  void oddShapesAreRenderedAtTheirOwnSize() {
    Sample sample = Streets.dataset(Style.TARGET, Split.TRAIN, 1, 97, 131, SPACE).read(0);
    assertThat(sample.image().width()).isEqualTo(97);
    assertThat(sample.image().height()).isEqualTo(131);
    assertThat(sample.labels().orElseThrow().width()).isEqualTo(97);
    assertThat(sample.labels().orElseThrow().height()).isEqualTo(131);
  }

  /** With the gap closed, target pictures have the source's mean brightness and colourfulness. */
  @Test
  void theGapCanBeClosed() {
    double[] source = appearance(small(Style.SOURCE, Split.TRAIN, 36));
    double[] target = appearance(small(Style.TARGET, Split.TRAIN, 36));
    double[] closed =
        appearance(
            Streets.dataset(
                Style.TARGET, Split.TRAIN, 36, 256, 128, SPACE, StyleParameters.TARGET.atGap(0)));
    assertThat(StyleParameters.TARGET.atGap(0)).isEqualTo(StyleParameters.SOURCE);
    assertThat(StyleParameters.TARGET.atGap(1)).isEqualTo(StyleParameters.TARGET);
    assertThat(target[0]).isLessThan(source[0] - 5);
    assertThat(target[1]).isLessThan(source[1] * 0.75);
    assertThat(Math.abs(closed[0] - source[0])).isLessThan(8);
    assertThat(closed[1] / source[1]).isBetween(0.85, 1.15);
  }

  /** What a share of 1 adds is seen; what changes no shape leaves every label as it was. */
  @ParameterizedTest
  @CsvSource({
    "0, true",
    "1, false",
    "2, false",
    "3, true",
    "4, false",
    "5, false",
  })
  void eachShareOfUnknownThingsIsSeenAndMaterialsKeepLabels(int share, boolean keepsLabels) {
    Dataset without = withShare(share, 0);
    Dataset with = withShare(share, 1);
    boolean labels = true;
    for (int i = 0; i < 6; i++) {
      labels &= with.readLabels(i).equals(without.readLabels(i));
    }
    int changed = 0;
    for (int i = 0; i < 6; i++) {
      changed += with.readImage(i).equals(without.readImage(i)) ? 0 : 1;
    }
    assertThat(labels).isEqualTo(keepsLabels);
    assertThat(changed).isGreaterThanOrEqualTo(4);
  }

  /** Returns target scenes in the game's style but for one of the six shares at the end. */
  private static Dataset withShare(int share, double value) {
    StyleParameters game = StyleParameters.SOURCE;
    double[] shares = new double[6];
    shares[share] = value;
    var style =
        new StyleParameters(
            game.palette(),
            game.saturation(),
            game.contrast(),
            game.exposure(),
            game.tint(),
            game.haze(),
            game.sun(),
            game.texture(),
            game.vignette(),
            game.blur(),
            game.noise(),
            game.cameraHeight(),
            game.horizon(),
            game.density(),
            shares[0],
            shares[1],
            shares[2],
            shares[3],
            shares[4],
            shares[5]);
    return Streets.dataset(Style.TARGET, Split.TRAIN, 6, 256, 128, SPACE, style);
  }

  @Test
  void sharesOfAnExaggeratedGapStayShares() {
    StyleParameters all = StyleParameters.TARGET.atGap(1.5);

    assertThat(
            new double[] {
              all.surfaces(),
              all.season(),
              all.fleet(),
              all.markings(),
              all.fittings(),
              all.clothing()
            })
        .containsOnly(Math.min(1, 1.5 * StyleParameters.TARGET.surfaces()));
  }

  /** Returns the mean grey level and the mean distance of the channels from each other. */
  private static double[] appearance(Dataset scenes) {
    double grey = 0;
    double colour = 0;
    long count = 0;
    for (int i = 0; i < scenes.size(); i++) {
      byte[] rgb = scenes.read(i).image().rgb();
      for (int k = 0; k < rgb.length; k += 3) {
        int r = rgb[k] & 0xFF;
        int g = rgb[k + 1] & 0xFF;
        int b = rgb[k + 2] & 0xFF;
        grey += (r + g + b) / 3.0;
        colour += Math.max(r, Math.max(g, b)) - Math.min(r, Math.min(g, b));
        count++;
      }
    }
    return new double[] {grey / count, colour / count};
  }

  @Test
  void fingerprintsTellDataApart() {
    Dataset one = small(Style.SOURCE, Split.TRAIN, 10);
    assertThat(small(Style.SOURCE, Split.TRAIN, 10).fingerprint()).isEqualTo(one.fingerprint());
    assertThat(
            Set.of(
                one.fingerprint(),
                small(Style.TARGET, Split.TRAIN, 10).fingerprint(),
                small(Style.SOURCE, Split.VAL, 10).fingerprint(),
                small(Style.SOURCE, Split.TRAIN, 11).fingerprint(),
                Streets.dataset(Style.SOURCE, Split.TRAIN, 10, 512, 256, SPACE).fingerprint(),
                Streets.dataset(Style.SOURCE, Split.TRAIN, 10, 256, 128, LabelSpace.of(16))
                    .fingerprint()))
        .hasSize(6);
  }

  @Test
  void numbersOutOfRangeAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Streets.dataset(Style.SOURCE, Split.TRAIN, 0, 256, 128, SPACE))
        .withMessageContaining("count")
        .withMessageContaining("found 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Streets.dataset(Style.SOURCE, Split.TRAIN, 1, 8, 128, SPACE))
        .withMessageContaining("width")
        .withMessageContaining("32");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StyleParameters.TARGET.atGap(2))
        .withMessageContaining("1.5");
  }

  @Test
  void sceneClassesCarryTheNamesAndIdsOfTheLabelSpace() {
    byte[] ids = new byte[19];
    for (SceneClass label : SceneClass.values()) {
      if (label != SceneClass.EGO_VEHICLE) {
        String name = SPACE.className(label.trainId());
        assertThat(name.replace(' ', '_')).isEqualToIgnoringCase(label.name());
        ids[label.trainId()]++;
      }
    }
    assertThat(ids).containsOnly(1);
    assertThat(Arrays.stream(SceneClass.values())).hasSize(20);
    assertThat(SceneClass.EGO_VEHICLE.trainId()).isEqualTo((byte) 255);
  }
}
