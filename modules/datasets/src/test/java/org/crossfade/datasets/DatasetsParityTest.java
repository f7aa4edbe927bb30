package org.crossfade.datasets;

import com.google.common.collect.Lists;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.sampling.ClassPixelCounts;
import org.crossfade.datasets.sampling.RareClassOrder;
import org.crossfade.datasets.subset.CityShots;
import org.crossfade.datasets.transform.NearestResize;
import org.crossfade.datasets.transform.PillowBicubic;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.crossfade.testkit.ParityCheck;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Label tables and resizing against the official loaders. */
class DatasetsParityTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(DatasetsParityTest.class)
        .claim("kshot.cityscapes_split", DatasetsParityTest::shots)
        .claim("labels.cityscapes", table("kind = cityscapes, split = train"))
        .claim("labels.crosscity", table("kind = cross-city, split = test, city = rome"))
        .claim("labels.gta5", table("kind = gta5, split = train"))
        .claim("labels.synscapes", table("kind = synscapes, split = train"))
        .claim("labels.synthia", DatasetsParityTest::synthia)
        .claim("rcs.class_probabilities", DatasetsParityTest::rareClasses)
        .claim("transform.resize_bicubic", DatasetsParityTest::bicubic)
        .claim("transform.resize_nearest", DatasetsParityTest::nearest)
        .tests();
  }

  private static void shots(ParityCase parityCase, Expected expected) {
    int length = (int) parityCase.shape("names")[1];
    String names = new String(bytes(parityCase.ints("names")), StandardCharsets.US_ASCII);
    List<String> cities =
        IntStream.range(0, names.length() / length)
            .mapToObj(i -> names.substring(i * length, (i + 1) * length))
            .map(name -> name.substring(0, name.indexOf('/')))
            .toList();
    CityShots shots = CityShots.of(cities);
    List<String> order = List.copyOf(shots.positions().keySet());
    expected.check("city", cities.stream().mapToInt(order::indexOf).toArray());
    expected.check(
        "city_count", shots.positions().values().stream().mapToInt(List::size).toArray());
    int k = parityCase.param("k").asInt();
    int[] choice = parityCase.ints("choice");
    List<List<Integer>> chosen =
        IntStream.range(0, order.size())
            .mapToObj(c -> Ints.asList(Arrays.copyOfRange(choice, c * k, (c + 1) * k)))
            .toList();
    expected.check("selected", Ints.toArray(shots.select(chosen)));
  }

  private static ParityCheck table(String options) {
    return (parityCase, expected) -> check(options, parityCase, expected);
  }

  private static void synthia(ParityCase parityCase, Expected expected) {
    boolean pixda = parityCase.param("table").asText().startsWith("pixda");
    check("kind = synthia, split = train, lane-markings-as-road = " + pixda, parityCase, expected);
  }

  private static LabelSpace space(ParityCase parityCase) {
    return LabelSpace.of(parityCase.param("num_classes").asInt());
  }

  private static void check(String options, ParityCase parityCase, Expected expected) {
    RawLabelTable table =
        ((FileDatasetOptions) DataOptions.read(options)).labelFiles(space(parityCase)).table();
    expected.check("train", Arrays.stream(parityCase.ints("raw")).map(table::trainId).toArray());
  }

  private static void bicubic(ParityCase parityCase, Expected expected) {
    long[] shape = parityCase.shape("image");
    Image image = new Image((int) shape[1], (int) shape[2], bytes(parityCase.ints("image")));
    Image resized =
        PillowBicubic.resize(
            image, parityCase.param("width").asInt(), parityCase.param("height").asInt());
    expected.check("resized", ints(resized.rgb()));
  }

  private static void nearest(ParityCase parityCase, Expected expected) {
    long[] shape = parityCase.shape("label");
    LabelMap labels = new LabelMap((int) shape[1], (int) shape[2], bytes(parityCase.ints("label")));
    int width = parityCase.param("width").asInt();
    int height = parityCase.param("height").asInt();
    expected.check("resized", ints(NearestResize.CENTRE.resize(labels, width, height).trainIds()));
    expected.check(
        "resized_floor", ints(NearestResize.FLOOR.resize(labels, width, height).trainIds()));
  }

  private static byte[] bytes(int[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static int[] ints(byte[] values) {
    int[] ints = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      ints[i] = values[i] & 0xFF;
    }
    return ints;
  }

  private static void rareClasses(ParityCase parityCase, Expected expected) {
    long[] shape = parityCase.shape("pixel_counts");
    List<Integer> flat = Ints.asList(parityCase.ints("pixel_counts"));
    var images = Lists.partition(flat, (int) shape[1]);
    var probabilities =
        RareClassOrder.probabilities(
            ClassPixelCounts.of(images), parityCase.param("temperature").asDouble());
    expected.check("classes", Ints.toArray(probabilities.keySet()));
    expected.check("probabilities", Doubles.toArray(probabilities.values()));
  }
}
