package org.crossfade.datasets.kind;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.OptionKind;
import org.crossfade.core.options.OptionReader;
import org.crossfade.datasets.DataRoots;
import org.crossfade.datasets.DatasetOptions;

/**
 * Data that a Java program brings. Options say what they were and can't bring them back: only the
 * program can, through {@link DataRoots#withGiven}.
 *
 * @param name that the program gave
 * @param images how many
 * @param content hash of what they hold
 */
public record FromJava(String name, int images, String content) implements DatasetOptions {
  private static final String NAME = "java";

  /** Checks that there is something. */
  public FromJava {
    if (images < 1 || name.isBlank() || content.isBlank()) {
      throw new IllegalArgumentException(
          "data from Java have a name, a hash of their content and at least one image, found '%s', '%s' and %d"
              .formatted(name, content, images));
    }
  }

  /** Makes the data set known. */
  public static final class Kind implements OptionKind {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Class<FromJava> options() {
      return FromJava.class;
    }
  }

  /**
   * Returns a section of options, such as a task, in which data from Java have nothing but their
   * kind: whether they are the same is for their content to say, not for their name.
   */
  public static Config unnamed(Config options, String section) {
    Config all = options;
    if (options.hasPath(section)) {
      for (Map.Entry<String, ConfigValue> part : options.getObject(section).entrySet()) {
        String kind = section + "." + part.getKey() + "." + OptionReader.KIND;
        if (options.hasPath(kind) && options.getString(kind).equals(NAME)) {
          all =
              all.withValue(
                  section + "." + part.getKey(),
                  ConfigValueFactory.fromMap(Map.of(OptionReader.KIND, NAME)));
        }
      }
    }
    return all;
  }

  /** Returns the data that the running program has given under this content. */
  @Override
  public Dataset open(LabelSpace space, DataRoots roots) {
    return roots
        .given(content)
        .orElseThrow(
            () ->
                new DataException(
                    ("the data set '%s' (%d images, content %.12s...) came from a Java program, and"
                            + " nothing but that program has it. Use the run from Java"
                            + " (TrainedModel.load); or say which files hold the same kind of data:"
                            + " --set task.PART=null --set \"task.PART={kind = folder, split ="
                            + " all}\" --data-root folder=DIR, PART being source, target or"
                            + " validation")
                        .formatted(name, images, content)))
        .apply(space);
  }

  /** Throws: there are no files to list. */
  @Override
  public DatasetOptions withList(String file) {
    throw new IllegalArgumentException(
        "'%s' came from a Java program and has no files that '%s' could list; remove the list"
            .formatted(name, file));
  }
}
