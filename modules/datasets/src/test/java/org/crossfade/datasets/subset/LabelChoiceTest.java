package org.crossfade.datasets.subset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.streets.Split;
import org.crossfade.datasets.streets.Streets;
import org.crossfade.datasets.streets.Style;
import org.junit.jupiter.api.Test;

class LabelChoiceTest {
  private static final Dataset STREETS =
      Streets.dataset(Style.TARGET, Split.TRAIN, 90, 32, 32, LabelSpace.of(19));

  @Test
  void shotsAreAsManyFromEachCity() {
    var cities =
        ids(shots(2, 7).of(STREETS)).stream()
            .collect(
                Collectors.groupingBy(
                    id -> id.substring(0, id.indexOf('_')), Collectors.counting()));
    assertThat(cities).hasSize(18).allSatisfy((city, count) -> assertThat(count).isEqualTo(2));
  }

  @Test
  void fewerShotsAreAmongMore() {
    assertThat(ids(shots(3, 7).of(STREETS))).containsAll(ids(shots(1, 7).of(STREETS)));
  }

  @Test
  void smallerFractionsAreInLargerOnes() {
    assertThat(ids(oneIn(4).of(STREETS))).containsAll(ids(oneIn(8).of(STREETS)));
  }

  @Test
  void fractionsOfCityscapesHaveTheirPublishedSizes() {
    Dataset cityscapes = named(2975, "aachen_");
    assertThat(oneIn(30).of(cityscapes).size()).isEqualTo(100);
    assertThat(oneIn(8).of(cityscapes).size()).isEqualTo(372);
    assertThat(oneIn(4).of(cityscapes).size()).isEqualTo(744);
  }

  @Test
  void anotherSeedDrawsOtherImagesAndAnotherFingerprint() {
    Dataset one = shots(1, 1).of(STREETS);
    Dataset two = shots(1, 2).of(STREETS);
    assertThat(ids(one)).isNotEqualTo(ids(two));
    assertThat(one.fingerprint()).isNotEqualTo(two.fingerprint());
    assertThat(one.fingerprint()).isEqualTo(shots(1, 1).of(STREETS).fingerprint());
  }

  @Test
  void samplesAreThoseOfTheWholeDataSet() {
    Dataset few = shots(1, 0).of(STREETS);
    int there =
        IntStream.range(0, STREETS.size())
            .filter(i -> STREETS.id(i).equals(few.id(5)))
            .findFirst()
            .orElseThrow();
    assertThat(few.read(5).image().rgb()).isEqualTo(STREETS.read(there).image().rgb());
    assertThat(few.readLabels(5).trainIds()).isEqualTo(STREETS.readLabels(there).trainIds());
  }

  @Test
  void moreShotsThanACityHasImagesNamesTheCityAndTheMost() {
    assertThatThrownBy(() -> shots(6, 0).of(STREETS))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("6 shots from each of 18 cities")
        .hasMessageContaining("has 5")
        .hasMessageContaining("shots-per-city to at most 5");
  }

  @Test
  void aMissingCityListsTheCitiesThatAreThere() {
    assertThatThrownBy(() -> shots(1, 0).of(named(4, "ulm_")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it has 1 cities, ulm (4)")
        .hasMessageContaining("target-labels.cities");
  }

  @Test
  void namesWithoutACityAskForAList() {
    assertThatThrownBy(() -> shots(1, 0).of(named(4, "")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("target-labels.list");
  }

  @Test
  void twoWaysOfChoosingAreRefused() {
    assertThatThrownBy(
            () -> new LabelChoice(Optional.of(1), 18, Optional.of(8), Optional.empty(), 0))
        .hasMessageContaining("exclude each other");
  }

  private static LabelChoice shots(int k, long seed) {
    return new LabelChoice(Optional.of(k), 18, Optional.empty(), Optional.empty(), seed);
  }

  private static LabelChoice oneIn(int n) {
    return new LabelChoice(Optional.empty(), 18, Optional.of(n), Optional.empty(), 0);
  }

  private static Set<String> ids(Dataset dataset) {
    return IntStream.range(0, dataset.size())
        .mapToObj(dataset::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Dataset named(int size, String prefix) {
    return new Named(IntStream.range(0, size).mapToObj(i -> prefix + i).toList());
  }

  /** A labelled data set of names alone. */
  private record Named(List<String> names) implements Dataset {
    @Override
    public String name() {
      return "named";
    }

    @Override
    public String split() {
      return "train";
    }

    @Override
    public LabelSpace labelSpace() {
      return LabelSpace.of(19);
    }

    @Override
    public int size() {
      return names.size();
    }

    @Override
    public String id(int index) {
      return names.get(index);
    }

    @Override
    public Sample read(int index) {
      throw new AssertionError("choosing reads no sample");
    }

    @Override
    public Image readImage(int index) {
      throw new AssertionError("choosing reads no image");
    }

    @Override
    public LabelMap readLabels(int index) {
      throw new AssertionError("choosing reads no labels");
    }

    @Override
    public boolean labelled() {
      return true;
    }

    @Override
    public String fingerprint() {
      return String.join(" ", names);
    }
  }
}
