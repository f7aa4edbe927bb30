package org.crossfade.datasets.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.data.Sample;
import org.crossfade.core.options.OptionReader;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.decoding.Prefetcher;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.datasets.layout.FileDataset;
import org.crossfade.datasets.layout.FileDataset.LabelSize;
import org.crossfade.datasets.layout.FilePair;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a data set's files and lists everything that is wrong with them at once. */
public final class DataCheck {
  private static final Logger LOG = LoggerFactory.getLogger(DataCheck.class);

  /** How thorough a check is. */
  public enum Depth {
    /** Files exist, their headers are readable, label maps have the size of their image. */
    HEADERS,
    /** Also every file is decoded, every raw id is known, and classes are counted. */
    FULL
  }

  private DataCheck() {}

  /** What one sample's files gave. */
  private record Finding(
      List<String> problems,
      List<String> remarks,
      Optional<LabelMap> labels,
      Optional<LabelFiles.Inspection> inspection,
      boolean undecidedTurn) {
    static Finding of(List<String> problems, Optional<LabelMap> labels) {
      return new Finding(problems, List.of(), labels, Optional.empty(), false);
    }
  }

  /** Checks all samples. */
  public static DataReport check(Dataset dataset, Depth depth, DecodingPool pool) {
    int classes = dataset.labelSpace().classes();
    long[] pixels = new long[classes];
    int[] images = new int[classes];
    long ignored = 0;
    int index = 0;
    List<String> problems = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    List<String> undecided = new ArrayList<>();
    Optional<LabelDoubts> doubts = Optional.empty();
    if (dataset instanceof FileDataset files) {
      remarks.addAll(files.skipped());
      doubts = Optional.of(new LabelDoubts(files.labelFiles().table()));
    }
    try (Prefetcher<Finding> findings =
        new Prefetcher<>(
            pool, i -> find(dataset, (int) i, depth), 0, dataset.size(), 4 * pool.threads())) {
      while (findings.hasNext()) {
        Finding finding = findings.next();
        problems.addAll(finding.problems());
        remarks.addAll(finding.remarks());
        if (finding.labels().isPresent()) {
          ignored += count(finding.labels().get(), pixels, images);
        }
        if (doubts.isPresent() && finding.inspection().isPresent()) {
          FilePair pair = ((FileDataset) dataset).files(index);
          doubts.get().add(pair.labels().orElseThrow(), finding.inspection().get());
        }
        if (finding.undecidedTurn()) {
          undecided.add(dataset.id(index));
        }
        index++;
      }
    }
    List<String> warnings = new ArrayList<>(doubts.map(LabelDoubts::warnings).orElse(List.of()));
    if (!undecided.isEmpty()) {
      warnings.add(
          "%d images (%s first) are turned as EXIF says, and sizes can't tell whether their label"
                  .formatted(undecided.size(), undecided.get(0))
              + " maps were drawn on the turned ones; look at one");
    }
    return new DataReport(
        dataset.name(),
        dataset.split(),
        dataset.labelled(),
        dataset.size(),
        depth,
        problems,
        warnings,
        remarks,
        dataset.labelSpace(),
        IntStream.range(0, classes)
            .mapToObj(c -> new DataReport.ClassCount(pixels[c], images[c]))
            .toList(),
        ignored,
        lacking(dataset));
  }

  /**
   * The full check before a run, made once for the same content: what was found sound is not
   * decoded again. Generated data are not checked.
   *
   * @param headers what a check of the headers found: the answer where nothing is decoded
   * @param cacheFolder where to remember that a full check found nothing
   * @return the report, whose problems the caller shows
   * @throws IOException if that cannot be remembered
   */
  public static DataReport onceInFull(
      Dataset dataset, DataReport headers, Path cacheFolder, DecodingPool pool) throws IOException {
    if (!(dataset instanceof FileDataset files) || !headers.ok()) {
      return headers;
    }
    Path mark =
        cacheFolder.resolve(
            "sound-%s-%s.txt"
                .formatted(OptionReader.key(files.labelSize().name()), dataset.fingerprint()));
    if (Files.exists(mark)) {
      return headers.withWarnings(Files.readAllLines(mark, StandardCharsets.UTF_8));
    }
    LOG.info("{}: decoding every file, once", dataset);
    DataReport full = check(dataset, Depth.FULL, pool);
    if (full.ok()) {
      Files.createDirectories(cacheFolder);
      Path aside = Files.createTempFile(cacheFolder, mark.getFileName().toString(), ".part");
      Files.write(aside, full.warnings(), StandardCharsets.UTF_8);
      Files.move(aside, mark, StandardCopyOption.REPLACE_EXISTING);
    }
    return full;
  }

  private static List<String> lacking(Dataset dataset) {
    return dataset instanceof FileDataset files && files.labelled()
        ? files.labelFiles().table().lacking()
        : List.of();
  }

  private static Finding find(Dataset dataset, int index, Depth depth) {
    if (dataset instanceof FileDataset files) {
      return depth == Depth.FULL
          ? decoded(files, files.files(index))
          : headers(files, files.files(index));
    }
    if (depth == Depth.HEADERS) {
      return Finding.of(List.of(), Optional.empty());
    }
    try {
      Sample sample = dataset.read(index);
      return Finding.of(List.of(), sample.labels());
    } catch (DataException e) {
      return Finding.of(List.of(e.getMessage()), Optional.empty());
    }
  }

  private static Finding headers(FileDataset dataset, FilePair pair) {
    List<String> problems = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    Optional<ImageFiles.Header> image = found(() -> ImageFiles.header(pair.image()), problems);
    Optional<PixelSize> labels =
        pair.labels().flatMap(file -> found(() -> dataset.labelFiles().size(file), problems));
    compare(dataset, pair, image, labels, problems, remarks);
    requireTwoFiles(pair, problems);
    boolean undecided = undecided(image, labels);
    return new Finding(problems, remarks, Optional.empty(), Optional.empty(), undecided);
  }

  /** A label file that is the photograph itself, or a copy of it, may decode without complaint. */
  private static void requireTwoFiles(FilePair pair, List<String> problems) {
    try {
      if (pair.labels().isPresent()
          && Files.isRegularFile(pair.image())
          && Files.isRegularFile(pair.labels().get())
          && Files.size(pair.image()) == Files.size(pair.labels().get())
          && Files.mismatch(pair.image(), pair.labels().get()) < 0) {
        problems.add(
            pair.labels().get()
                + ": the label file is the image itself ("
                + pair.image()
                + "); a label file holds a class id in every pixel");
      }
    } catch (IOException e) {
      problems.add(pair.image() + ": cannot be read: " + e.getMessage());
    }
  }

  /** Turned upside down or mirrored, or square: a label map fits both ways. */
  private static boolean undecided(Optional<ImageFiles.Header> image, Optional<PixelSize> labels) {
    return labels.isPresent()
        && image.isPresent()
        && image.get().orientation() != 1
        && image.get().size().equals(image.get().stored());
  }

  private static Finding decoded(FileDataset dataset, FilePair pair) {
    List<String> problems = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    Optional<ImageFiles.Header> image =
        found(
            () -> {
              ImageFiles.read(pair.image());
              return ImageFiles.header(pair.image());
            },
            problems);
    Optional<LabelFiles.Inspection> inspection =
        pair.labels().flatMap(file -> found(() -> dataset.labelFiles().inspect(file), problems));
    inspection
        .map(found -> found.decoded().unknown())
        .filter(unknown -> !unknown.isEmpty())
        .ifPresent(
            unknown ->
                problems.add(
                    dataset.labelFiles().unknownIds(pair.labels().orElseThrow(), unknown)));
    Optional<LabelMap> labels = inspection.map(found -> found.decoded().labels());
    Optional<PixelSize> size = labels.map(map -> new PixelSize(map.width(), map.height()));
    compare(dataset, pair, image, size, problems, remarks);
    requireTwoFiles(pair, problems);
    return new Finding(problems, remarks, labels, inspection, undecided(image, size));
  }

  private static <T> Optional<T> found(Supplier<T> read, List<String> problems) {
    try {
      return Optional.of(read.get());
    } catch (DataException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  private static void compare(
      FileDataset dataset,
      FilePair pair,
      Optional<ImageFiles.Header> image,
      Optional<PixelSize> labels,
      List<String> problems,
      List<String> remarks) {
    if (image.isEmpty() || labels.isEmpty() || image.get().size().equals(labels.get())) {
      return;
    }
    if (dataset.labelSize() == LabelSize.MAY_DIFFER
        && !FileDataset.fitsUnturned(labels.get(), image.get())) {
      remarks.add(
          pair.labels().orElseThrow()
              + ": label map "
              + labels.get()
              + ", image "
              + image.get().size()
              + "; each is resized from its own size");
    } else {
      problems.add(FileDataset.sizesDiffer(pair, labels.get(), image.get()));
    }
  }

  private static long count(LabelMap labels, long[] pixels, int[] images) {
    int[] histogram = new int[256];
    for (byte id : labels.trainIds()) {
      histogram[id & 0xFF]++;
    }
    for (int c = 0; c < pixels.length; c++) {
      pixels[c] += histogram[c];
      images[c] += histogram[c] > 0 ? 1 : 0;
    }
    return Arrays.stream(histogram, pixels.length, 256).asLongStream().sum();
  }
}
