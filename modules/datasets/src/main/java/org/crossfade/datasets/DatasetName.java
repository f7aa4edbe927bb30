package org.crossfade.datasets;

import java.util.Locale;

/** The data sets that can be opened. */
public enum DatasetName {
  /** GTA5 (Playing for Data): rendered, 24,966 images. */
  GTA5,
  /** SYNTHIA RAND-CITYSCAPES: rendered, 9,400 images. */
  SYNTHIA,
  /** Synscapes: rendered, 25,000 images. */
  SYNSCAPES,
  /** Cityscapes with fine annotations: photographs, 2,975 to train and 500 to validate. */
  CITYSCAPES,
  /** Cross-City (NTHU): photographs of four cities, 3,200 unlabelled and 100 labelled each. */
  CROSS_CITY,
  /** Any folder of images, with or without labels. */
  FOLDER,
  /** Streets: generated, nothing to download. */
  STREETS;

  /** The name as options and paths write it: {@code "cross-city"}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
