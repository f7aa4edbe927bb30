package org.crossfade.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.FileContent;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.core.options.OptionReader;
import org.crossfade.datasets.subset.Subset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  private static final LabelSpace NINETEEN = LabelSpace.of(19);

  @TempDir Path root;

  private Dataset open(DatasetOptions options) {
    return open(options, NINETEEN);
  }

  private Dataset open(DatasetOptions options, LabelSpace space) {
    FileDatasetOptions files = (FileDatasetOptions) options;
    return options.open(
        space, DataRoots.parse(List.of(files.alias().orElse(files.kind()) + "=" + root), Map.of()));
  }

  private static DatasetOptions options(String hocon) {
    return DataOptions.read(hocon);
  }

  private static List<String> ids(Dataset dataset) {
    return IntStream.range(0, dataset.size()).mapToObj(dataset::id).toList();
  }

  @Test
  void gta5LabelsAreThePaletteIndicesNotTheColours() {
    TinyTrees.image(root.resolve("images/00001.png"), 11);
    TinyTrees.image(root.resolve("images/00002.png"), 12);
    TinyTrees.paletteLabels(root.resolve("labels/00001.png"), 26, 8);
    TinyTrees.paletteLabels(root.resolve("labels/00002.png"), 34, 8);
    Dataset gta5 = open(options("kind = gta5, split = train"));
    assertThat(ids(gta5)).containsExactly("00001", "00002");
    assertThat(gta5.read(0).labels().orElseThrow().at(0, 0)).as("car").isEqualTo(13);
    assertThat(gta5.read(0).image().rgb()[0]).isEqualTo((byte) 11);
    assertThat(gta5.readLabels(1).at(3, 5)).isEqualTo(LabelSpace.IGNORE);
  }

  @Test
  void gta5LabelMapsMayDifferInSizeFromTheirImage() {
    TinyTrees.image(root.resolve("images/00001.png"), 1);
    TinyTrees.greyLabels(root.resolve("labels/00001.png"), 7, 3, 2);
    Sample sample = open(options("kind = gta5, split = train")).read(0);
    assertThat(sample.labels().orElseThrow().width()).isEqualTo(3);
  }

  @Test
  void synthiaIdsAreTheFirstOfSixteenBitChannels() {
    TinyTrees.image(root.resolve("RAND_CITYSCAPES/RGB/0000000.png"), 1);
    TinyTrees.synthiaLabels(root.resolve("RAND_CITYSCAPES/GT/LABELS/0000000.png"), 22);
    assertThat(open(options("kind = synthia, split = train")).readLabels(0).at(0, 0))
        .isEqualTo(LabelSpace.IGNORE);
    Dataset pixda = open(options("kind = synthia, split = train, lane-markings-as-road = true"));
    assertThat(pixda.readLabels(0).at(0, 0)).as("road").isZero();
  }

  @Test
  void synthiaListsMayNameTheirFolder() throws IOException {
    for (String n : List.of("0000000", "0000001", "0000002")) {
      TinyTrees.image(root.resolve("RGB/" + n + ".png"), 1);
      TinyTrees.synthiaLabels(root.resolve("GT/LABELS/" + n + ".png"), 10);
    }
    Files.writeString(root.resolve("list.txt"), "RGB/0000002.png\n0000000.png");
    Dataset synthia = open(options("kind = synthia, split = train, list = list.txt"));
    assertThat(ids(synthia)).containsExactly("0000002", "0000000");
    assertThat(synthia.readLabels(1).at(0, 0)).as("person").isEqualTo(11);
  }

  @Test
  void synscapesPairsByNumber() {
    TinyTrees.image(root.resolve("img/rgb-2k/2725.png"), 1);
    TinyTrees.greyLabels(root.resolve("img/class/2725.png"), 33);
    Dataset synscapes = open(options("kind = synscapes, split = train"));
    assertThat(synscapes.id(0)).isEqualTo("2725");
    assertThat(synscapes.readLabels(0).at(0, 0)).as("bicycle").isEqualTo(18);
  }

  private void cityscapes() {
    for (String stem : List.of("zurich/zurich_000000_000019", "aachen/aachen_000001_000019")) {
      TinyTrees.image(root.resolve("leftImg8bit/train/" + stem + "_leftImg8bit.png"), 1);
      String labels = "gtFine/train/" + stem;
      TinyTrees.greyLabels(root.resolve(labels + "_gtFine_labelIds.png"), 23);
      TinyTrees.greyLabels(root.resolve(labels + "_gtFine_labelTrainIds.png"), 10);
      TinyTrees.image(root.resolve(labels + "_gtFine_color.png"), 1);
    }
  }

  @Test
  void cityscapesReadsLabelIdsAndNothingElse() {
    cityscapes();
    Dataset train = open(options("kind = cityscapes, split = train"), LabelSpace.of(13));
    assertThat(ids(train)).containsExactly("aachen_000001_000019", "zurich_000000_000019");
    assertThat(train.readLabels(0).at(0, 0)).as("sky of 13").isEqualTo(6);
    assertThat(train.labelSpace()).isSameAs(LabelSpace.of(13));
  }

  @Test
  void listsKeepTheirOrderAndRepetitionsWhateverTheirLineEnds() throws IOException {
    cityscapes();
    Files.writeString(
        root.resolve("shots.txt"),
        "zurich/zurich_000000_000019_leftImg8bit.png\r\n\r\n  aachen_000001_000019 \r\n"
            + "zurich/zurich_000000_000019_leftImg8bit.png");
    assertThat(ids(open(options("kind = cityscapes, split = train, list = shots.txt"))))
        .containsExactly("zurich_000000_000019", "aachen_000001_000019", "zurich_000000_000019");
  }

  @Test
  void cityscapesWithoutAnnotationsIsUnlabelled() {
    TinyTrees.image(root.resolve("leftImg8bit/val/ulm/ulm_000000_000019_leftImg8bit.png"), 1);
    Dataset val = open(options("kind = cityscapes, split = val"));
    assertThat(val.labelled()).isFalse();
    assertThat(val.read(0).labels()).isEmpty();
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> val.readLabels(0))
        .withMessageContainingAll("cityscapes", "val", "no labels");
  }

  @Test
  void crossCityHasUnlabelledTrainAndLabelledTestImages() {
    TinyTrees.image(root.resolve("Rio/Images/Train/pano_1.png"), 1);
    TinyTrees.image(root.resolve("Rio/Images/Test/pano_2.png"), 1);
    TinyTrees.greyLabels(root.resolve("Rio/Labels/Test/pano_2_eval.png"), 33);
    Dataset train = open(options("kind = cross-city, city = rio, split = train"));
    Dataset test = open(options("kind = cross-city, city = rio, split = test"), LabelSpace.of(13));
    assertThat(train.labelled()).isFalse();
    assertThat(train.name()).isEqualTo("cross-city-rio");
    assertThat(ids(test)).containsExactly("pano_2");
    assertThat(test.readLabels(0).at(0, 0)).isEqualTo(12);
  }

  @Test
  void folderMapsItsIdsByTheUsersTableAndItsSplitsByLists() throws IOException {
    TinyTrees.folder(root, 3, 1, 3);
    Files.createDirectories(root.resolve("lists"));
    Files.writeString(root.resolve("lists/day.txt"), "n2\nn0.png\n");
    Dataset day =
        open(
            options(
                "kind = folder, alias = camvid, split = day,"
                    + " label-table { 1 = building, 3 = sky }"));
    assertThat(day.name()).isEqualTo("camvid");
    assertThat(ids(day)).containsExactly("n2", "n0");
    assertThat(day.readLabels(0).at(0, 0)).isEqualTo(10);
    assertThat(open(options("kind = folder, split = all")).size()).isEqualTo(3);
    assertThat(open(options("kind = folder, split = all")).readLabels(1).at(0, 0)).isEqualTo(1);
  }

  @Test
  void folderOfImagesAloneIsUnlabelledAndWalksSubfolders() {
    TinyTrees.image(root.resolve("images/a/1.png"), 1);
    TinyTrees.image(root.resolve("images/b/1.png"), 1);
    Dataset folder = open(options("kind = folder, split = all"));
    assertThat(folder.labelled()).isFalse();
    assertThat(ids(folder)).containsExactly("a_1", "b_1");
  }

  @Test
  void twoFilesThatWouldShareAnIdAreRefused() {
    TinyTrees.image(root.resolve("images/a/1.png"), 1);
    TinyTrees.image(root.resolve("images/a_1.png"), 1);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open(options("kind = folder, split = all")))
        .withMessageContainingAll("a/1.png", "a_1.png", "'a_1'", "rename");
  }

  @Test
  void generatedStreetsNeedNoRoot() {
    Dataset streets =
        options("kind = streets, split = val, style = target, count = 2, width = 64, height = 32")
            .open(NINETEEN, DataRoots.parse(List.of(), Map.of()));
    assertThat(streets.size()).isEqualTo(2);
    assertThat(streets.read(1).image().width()).isEqualTo(64);
  }

  @Test
  void wrongRootNamesPathOriginAndTree() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open(options("kind = gta5, split = train")))
        .withMessageContainingAll(
            root.resolve("images").toString(), "--data-root gta5=", "labels/00001.png");
    TinyTrees.image(root.resolve("images/1.png"), 1);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open(options("kind = gta5, split = train")))
        .withMessageContaining("there is no folder " + root.resolve("labels"));
  }

  @Test
  void missingListsAndSplitsAreNamed() {
    TinyTrees.folder(root, 1);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open(options("kind = folder, split = night")))
        .withMessageContainingAll("'night'", "lists", "night.txt");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open(options("kind = folder, split = all, list = gone.txt")))
        .withMessageContainingAll(root.resolve("gone.txt").toString(), "not found");
  }

  @Test
  void optionsThatDoNotFitTheDataSetAreRefused() {
    assertRefused("kind = gta5, split = val", "gta5 has no split 'val'; valid: train");
    assertRefused(
        "kind = gta5, split = train, city = rio", "data.city'; known are alias, list, split");
    assertRefused("kind = cross-city, split = test", "data.city'");
    assertRefused("kind = streets, split = train", "data.count'");
    assertRefused("kind = gta6, split = train", "cross-city");
    assertRefused(
        "kind = streets, split = val, style = target, count = 0, width = 64, height = 32", "count");
  }

  @Test
  void aLabelTableIsHeldAgainstTheClassesOfTheTask() {
    DatasetOptions options = options("kind = folder, split = all, label-table { 0 = tree, 1 = 1 }");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.requireFits(LabelSpace.of(19)))
        .withMessageContaining("0 = 'tree': expected 0 to 18");
    options.requireFits(LabelSpace.ofNames("road", "tree"));
  }

  @Test
  void aListReplacesWhatTheOptionsOfFilesSayAndIsRefusedByWhatIsGenerated() {
    for (String kind : List.of("gta5", "synthia", "synscapes", "cityscapes")) {
      DatasetOptions options = options("kind = " + kind + ", split = train, alias = mine");
      assertThat(options.withList("a.txt"))
          .isEqualTo(options("kind = " + kind + ", split = train, alias = mine, list = a.txt"));
    }
    assertThat(options("kind = cross-city, city = rio, split = test").withList("a.txt"))
        .isEqualTo(options("kind = cross-city, city = rio, split = test, list = a.txt"));
    assertThat(options("kind = folder, split = day, label-table { 0 = sky }").withList("a.txt"))
        .isEqualTo(options("kind = folder, split = day, label-table { 0 = sky }, list = a.txt"));
    DatasetOptions streets =
        options("kind = streets, split = val, style = target, count = 2, width = 64, height = 32");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> streets.withList("a.txt"))
        .withMessageContainingAll("streets", "'a.txt'", "remove");
  }

  private static void assertRefused(String hocon, String message) {
    assertThatExceptionOfType(InvalidOptionsException.class)
        .isThrownBy(() -> options(hocon))
        .withMessageContaining(message);
  }

  @Test
  void whatOptionsWereCalledBeforeIsRefusedWithTheNewName() {
    record Task(DatasetOptions target) {}
    var before =
        ConfigFactory.parseString(
            "task.target { name = cityscapes, split = val, streets { count = 2 } }");
    assertThatExceptionOfType(InvalidOptionsException.class)
        .isThrownBy(() -> OptionReader.readOne(before, "task", Task.class))
        .withMessageContaining("'task.target.name' is now 'kind': write kind = \"cityscapes\"");
    var mixed = before.withFallback(ConfigFactory.parseString("task.target.kind = gta5"));
    assertThatExceptionOfType(InvalidOptionsException.class)
        .isThrownBy(() -> OptionReader.readOne(mixed, "task", Task.class))
        .withMessageContaining(
            "'task.target.streets' is gone: write style, count, width and height");
  }

  @Test
  void fingerprintFollowsIdsAndCoding() throws IOException {
    TinyTrees.folder(root, 1, 2);
    Files.writeString(root.resolve("one.txt"), "n1");
    String all = open(options("kind = folder, split = all")).fingerprint();
    assertThat(all)
        .isEqualTo(open(options("kind = folder, split = all")).fingerprint())
        .isNotEqualTo(open(options("kind = folder, split = all, list = one.txt")).fingerprint())
        .isNotEqualTo(open(options("kind = folder, split = all"), LabelSpace.of(13)).fingerprint());
  }

  @Test
  void fingerprintIsOfTheContentNotOfPlaceDateOrName() throws IOException {
    TinyTrees.folder(root.resolve("here"), 1, 2);
    TinyTrees.folder(root.resolve("there"), 1, 2);
    Files.setLastModifiedTime(root.resolve("there/images/n0.png"), FileTime.fromMillis(0));
    String here = fingerprint("here");
    assertThat(fingerprint("there")).isEqualTo(here);

    TinyTrees.greyLabels(root.resolve("there/labels/n1.png"), 3);
    assertThat(fingerprint("there")).as("another label").isNotEqualTo(here);
    TinyTrees.greyLabels(root.resolve("there/labels/n1.png"), 2);
    assertThat(fingerprint("there")).isEqualTo(here);
    TinyTrees.image(root.resolve("there/images/n1.png"), 9);
    assertThat(fingerprint("there")).as("another image").isNotEqualTo(here);
  }

  private String fingerprint(String alias) {
    return options("kind = folder, split = all, alias = " + alias)
        .open(NINETEEN, DataRoots.parse(List.of(root.toString()), Map.of()))
        .fingerprint();
  }

  @Test
  void contentsNameImageAndLabelsBelowTheRootWithTheirHashes() {
    TinyTrees.folder(root, 1);
    Dataset folder = open(options("kind = folder, split = all"));
    assertThat(folder.contents(0))
        .extracting(FileContent::name)
        .containsExactly("images/n0.png", "labels/n0.png");
    assertThat(folder.contents(0)).allMatch(file -> file.sha256().matches("[0-9a-f]{64}"));
    assertThat(new Subset(folder, List.of(0)).contents(0)).isEqualTo(folder.contents(0));
  }

  @Test
  void ownRootGoesBeforeTheCommonOneAndTheEnvironment() {
    Map<String, String> environment = Map.of(DataRoots.VARIABLE, "/environment");
    DataRoots roots = DataRoots.parse(List.of("gta5=/own", "/common"), environment);
    assertThat(roots.resolve("gta5", "").path()).isEqualTo(Path.of("/own"));
    assertThat(roots.resolve("synthia", "").path()).isEqualTo(Path.of("/common/synthia"));
    assertThat(DataRoots.parse(List.of(), environment).resolve("gta5", ""))
        .satisfies(found -> assertThat(found.path()).isEqualTo(Path.of("/environment/gta5")))
        .satisfies(found -> assertThat(found.origin()).contains(DataRoots.VARIABLE));
  }

  @Test
  void missingRootNamesTheOptionTheVariableAndTheTree() {
    DatasetOptions rome = options("kind = cross-city, city = rome, split = test");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> rome.open(NINETEEN, DataRoots.parse(List.of(), Map.of())))
        .withMessageContainingAll(
            "--data-root cross-city=DIR", DataRoots.VARIABLE, "Rome/Labels/Test");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataRoots.parse(List.of("/a", "/b"), Map.of()))
        .withMessageContaining("two common roots");
  }
}
