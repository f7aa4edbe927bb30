package org.crossfade.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.crossfade.core.data.Batch;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.OptionReader;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.kind.Folder;
import org.crossfade.datasets.sampling.ClassBalancedOrder;
import org.crossfade.datasets.sampling.ClassPixelCounts;
import org.crossfade.datasets.stream.BatchStream;
import org.crossfade.datasets.streets.Split;
import org.crossfade.datasets.streets.StreetsOptions;
import org.crossfade.datasets.streets.Style;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's examples are what is compiled and run here. */
class ReadmeExampleTest {
  @TempDir Path cacheFolder;

  private void example(DataRoots roots) throws IOException {
    // README begins
    var options = new StreetsOptions(Split.TRAIN, Style.SOURCE, 40, 256, 128, Optional.empty());
    Dataset streets = options.open(LabelSpace.of(19), roots);
    List<SampleTransform> transforms = List.of(new SampleTransform.RandomCrop(128, 64));
    try (var pool = new DecodingPool(2)) {
      var presence = ClassPixelCounts.cached(streets, cacheFolder, pool);
      var order = new ClassBalancedOrder(presence, 1000, 1);
      try (var stream = BatchStream.endless(pool, streets, order, transforms, 1, 4, 2, 0)) {
        Batch batch = stream.next();
        long resumeHere = stream.position();
        // README ends
        assertThat(batch.images()).hasSize(4 * 64 * 128 * 3);
        assertThat(resumeHere).isEqualTo(4);
      }
    }
  }

  @Test
  void exampleStreamsBatches() throws IOException {
    example(DataRoots.parse(List.of(), Map.of()));
  }

  @Test
  void readmeShowsTheExampleThatRuns() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/org/crossfade/datasets/ReadmeExampleTest.java"));
    String example =
        source.substring(source.indexOf("// README begins"), source.indexOf("// README ends"));
    assertThat(words(block("java"))).startsWith(words(example.replace("// README begins", "")));
  }

  @Test
  void readmesHoconIsReadStrictly() throws IOException {
    record Task(DatasetOptions target) {}
    DatasetOptions options =
        OptionReader.readOne(
                ConfigFactory.parseString("task {" + block("hocon") + "}"), "task", Task.class)
            .target();
    assertThat(((Folder) options).labelTable().orElseThrow()).containsEntry("0", "sky");
  }

  private static String block(String language) throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int start = readme.indexOf("```" + language + "\n") + language.length() + 4;
    return readme.substring(start, readme.indexOf("```", start));
  }

  private static String words(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("")).replace(" ", "");
  }
}
