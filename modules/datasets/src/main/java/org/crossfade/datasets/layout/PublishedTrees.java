package org.crossfade.datasets.layout;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.crossfade.datasets.layout.PairedFolders.Labels;
import org.crossfade.datasets.layout.PairedFolders.Naming;

/** The trees in which the data sets are published, and that of a plain folder. */
public final class PublishedTrees {
  private PublishedTrees() {}

  /** GTA5: {@code images/00001.png} and {@code labels/00001.png}. */
  public static PairedFolders gta5() {
    return new PairedFolders(
        "images",
        "",
        "labels",
        "",
        Labels.REQUIRED,
        Naming.PATH,
        """
        images/00001.png ...
        labels/00001.png ...
        """);
  }

  /**
   * SYNTHIA RAND-CITYSCAPES: {@code RGB/0000000.png} and {@code GT/LABELS/0000000.png}.
   *
   * @param root the folder RAND_CITYSCAPES, or the one that it lies in
   */
  public static PairedFolders synthia(Path root) {
    String top = Files.isDirectory(root.resolve("RAND_CITYSCAPES")) ? "RAND_CITYSCAPES/" : "";
    return new PairedFolders(
        top + "RGB",
        "",
        top + "GT/LABELS",
        "",
        Labels.REQUIRED,
        Naming.PATH,
        """
        RGB/0000000.png ...          (this level may lie in a folder RAND_CITYSCAPES)
        GT/LABELS/0000000.png ...
        """);
  }

  /** Synscapes: {@code img/rgb-2k/1.png} and {@code img/class/1.png}. */
  public static PairedFolders synscapes() {
    return new PairedFolders(
        "img/rgb-2k",
        "",
        "img/class",
        "",
        Labels.REQUIRED,
        Naming.PATH,
        """
        img/rgb-2k/1.png ...
        img/class/1.png ...
        """);
  }

  /**
   * Cityscapes with fine annotations.
   *
   * @param split train, val or test
   */
  public static PairedFolders cityscapes(String split) {
    return new PairedFolders(
        "leftImg8bit/" + split,
        "_leftImg8bit",
        "gtFine/" + split,
        "_gtFine_labelIds",
        Labels.OPTIONAL,
        Naming.FILE_IN_CITY,
        """
        leftImg8bit/%1$s/<city>/<city>_000000_000019_leftImg8bit.png ...
        gtFine/%1$s/<city>/<city>_000000_000019_gtFine_labelIds.png ...    (absent: unlabelled)
        """
            .formatted(split));
  }

  /**
   * Cross-City (NTHU): one city.
   *
   * @param city as its folder is called, such as {@code Rio}
   * @param split train (unlabelled) or test
   */
  public static PairedFolders crossCity(String city, String split) {
    String part = split.substring(0, 1).toUpperCase(Locale.ROOT) + split.substring(1);
    return new PairedFolders(
        city + "/Images/" + part,
        "",
        city + "/Labels/" + part,
        "_eval",
        split.equals("test") ? Labels.REQUIRED : Labels.NONE,
        Naming.PATH,
        """
        %1$s/Images/Train/pano_00002_2_180.jpg ...       (.jpg or .png; unlabelled)
        %1$s/Images/Test/pano_00003_2_0.jpg ...
        %1$s/Labels/Test/pano_00003_2_0_eval.png ...
        """
            .formatted(city));
  }

  /** A plain folder: {@code images/} and, if there are labels, {@code labels/} with equal names. */
  public static PairedFolders folder() {
    return new PairedFolders(
        "images",
        "",
        "labels",
        "",
        Labels.OPTIONAL,
        Naming.PATH,
        """
        images/NAME.png ...     (.png, .jpg or .jpeg; subfolders are walked)
        labels/NAME.png ...     (absent: unlabelled)
        lists/SPLIT.txt         (one NAME a line, for each split but 'all')
        """);
  }
}
