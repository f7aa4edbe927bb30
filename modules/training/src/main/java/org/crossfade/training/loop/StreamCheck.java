package org.crossfade.training.loop;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.data.SampleTransform.FitInside;
import org.crossfade.core.data.SampleTransform.RandomFlip;
import org.crossfade.core.data.SampleTransform.Resize;
import org.crossfade.core.data.SampleTransform.ResizeBilinear;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.datasets.layout.FileDataset;
import org.crossfade.datasets.layout.FileDataset.LabelSize;
import org.crossfade.datasets.layout.FilePair;
import org.crossfade.training.run.CacheFolder;
import org.crossfade.training.session.PhaseStreams;

/**
 * Whether the streams of all phases can be drawn: a later phase must not fail for its data after an
 * earlier one has trained for days.
 *
 * @param experiment whose phases are looked at
 * @param pool threads that read label files where classes must be counted
 */
record StreamCheck(Experiment experiment, DecodingPool pool) {
  /**
   * Checks every stream with labels of the data set's own.
   *
   * @throws DataException naming phase, stream and what it lacks
   */
  void require() throws IOException {
    for (Phase phase : experiment.method().phases()) {
      if (phase instanceof TrainingPhase training) {
        for (StreamRequest stream : training.streams()) {
          if (stream.labels().artefact().isEmpty()) {
            require(training.name(), stream);
          }
        }
      }
    }
  }

  /** Checks one stream. */
  void require(String phase, StreamRequest stream) throws IOException {
    Dataset dataset = experiment.dataset(stream);
    String what = "phase '" + phase + "', stream '" + stream.name() + "' (" + dataset + "): ";
    if (stream.labels().groundTruth()) {
      requireCrops(what, stream.transforms(), dataset);
    }
    boolean byClass =
        stream.sampling() == Sampling.CLASS_BALANCED || stream.sampling() == Sampling.RARE_CLASSES;
    if (byClass) {
      try {
        PhaseStreams.order(stream, dataset, 0, 1, CacheFolder.path(), pool);
      } catch (DataException | IllegalArgumentException e) {
        throw new DataException(what + e.getMessage(), e);
      }
    }
  }

  /** A crop is cut from image and label map at once, so both need one size before it. */
  private static void requireCrops(String what, List<SampleTransform> transforms, Dataset dataset) {
    if (!(dataset instanceof FileDataset files) || files.labelSize() == LabelSize.AS_IMAGE) {
      return;
    }
    if (transforms.stream().allMatch(t -> resizesToOneSize(t) || t instanceof RandomFlip)) {
      return;
    }
    for (int i = 0; i < files.size(); i++) {
      FilePair pair = files.files(i);
      if (pair.labels().isPresent()) {
        PixelSize image = ImageFiles.size(pair.image());
        PixelSize labels = files.labelFiles().size(pair.labels().get());
        if (!image.equals(labels) && !cropsFit(transforms, image, labels)) {
          throw new DataException(
              what
                  + pair.labels().get()
                  + " is "
                  + labels
                  + " and its image "
                  + image
                  + ", so no crop can be cut from both; resize before cropping, or leave the image"
                  + " out by a list");
        }
      }
    }
  }

  private static boolean resizesToOneSize(SampleTransform transform) {
    return transform instanceof Resize || transform instanceof ResizeBilinear;
  }

  private static boolean cropsFit(
      List<SampleTransform> transforms, PixelSize image, PixelSize labels) {
    PixelSize ofImage = image;
    PixelSize ofLabels = labels;
    for (SampleTransform transform : transforms) {
      boolean resizes = resizesToOneSize(transform) || transform instanceof FitInside;
      if (!resizes && !(transform instanceof RandomFlip)) {
        return ofImage.equals(ofLabels);
      }
      ofImage = transform.sizeAfter(Optional.of(ofImage)).orElseThrow();
      // Label maps are fitted to the size of their image.
      ofLabels = resizes ? ofImage : ofLabels;
    }
    return true;
  }
}
