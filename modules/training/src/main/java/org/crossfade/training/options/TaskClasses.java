package org.crossfade.training.options;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.label.ClassDefinition;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.Hocon;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.core.options.OptionReader;

/**
 * What may stand behind {@code task.classes}: the name of published classes ({@code 19}), a file of
 * a definition ({@code "classes.csv"}, {@code .json} or {@code .conf}), or the definition itself.
 */
public final class TaskClasses {
  private static final String PATH = "task.classes";
  private static final List<String> HOCON = List.of(".conf", ".json");

  private TaskClasses() {}

  /**
   * Returns options in which a definition stands in the place of a file's name, so that a run
   * depends on no file that may change. A file is looked for beside that in which its name stands.
   *
   * @param options resolved, below {@code crossfade}
   * @throws InvalidOptionsException if the file is missing or can't be read
   */
  public static Config inlined(Config options) {
    Optional<String> name = name(options);
    if (name.isEmpty()) {
      return options;
    }
    String text = name.get().toLowerCase(Locale.ROOT);
    boolean csv = text.endsWith(ClassTable.EXTENSION);
    if (!csv && HOCON.stream().noneMatch(text::endsWith)) {
      return options;
    }
    Path file = file(name.get(), options.getValue(PATH).origin());
    return options.withValue(
        PATH, csv ? ClassTable.read(file) : Hocon.resolve(Hocon.file(file)).root());
  }

  /**
   * Returns options in which the whole definition stands, whatever stood there.
   *
   * @throws InvalidOptionsException if there are no published classes of a name
   */
  public static Config expanded(Config options) {
    Config inlined = inlined(options);
    Optional<String> name = name(inlined);
    if (name.isEmpty()) {
      return inlined;
    }
    try {
      return inlined.withValue(PATH, ClassDefinition.published(name.get()).root());
    } catch (InvalidOptionsException e) {
      throw new InvalidOptionsException(
          List.of(
              inlined.getValue(PATH).origin().description()
                  + ": 'task.classes': "
                  + String.join("; ", e.problems())
                  + "; or a file .csv, .json or .conf, or { classes = [...] }"),
          e);
    }
  }

  /**
   * Returns a definition as JSON, with the colours of all classes: {@code task.classes} takes a
   * file of it.
   */
  public static String json(LabelSpace space) {
    var classes = new ArrayList<Map<String, Object>>();
    for (int id = 0; id < space.classes(); id++) {
      ClassDefinition.Entry entry = space.definition().classes().get(id);
      var written = new LinkedHashMap<String, Object>();
      written.put("id", id);
      written.put("name", entry.name());
      written.put("colour", String.format("#%06x", space.rgb(id)));
      written.put("thing", entry.thing().orElse(false));
      entry.also().ifPresent(also -> written.put("also", also));
      classes.add(written);
    }
    var all = new LinkedHashMap<String, Object>();
    all.put("classes", classes);
    space
        .definition()
        .groups()
        .ifPresent(
            groups ->
                all.put(
                    "groups",
                    groups.stream()
                        .map(group -> Map.of("title", group.title(), "classes", group.classes()))
                        .toList()));
    space.definition().columns().ifPresent(columns -> all.put("columns", columns));
    space.definition().numberedAs().ifPresent(name -> all.put("numbered-as", name));
    return ConfigValueFactory.fromMap(all)
        .render(ConfigRenderOptions.defaults().setOriginComments(false).setComments(false));
  }

  /**
   * Returns the classes in a file that {@link #json} made, or any other that {@code task.classes}
   * takes.
   *
   * @throws InvalidOptionsException if the file is missing or is no definition of classes
   */
  public static LabelSpace read(Path file) {
    Config named =
        ConfigFactory.empty()
            .withValue(PATH, ConfigValueFactory.fromAnyRef(file.toAbsolutePath().toString()));
    return LabelSpace.of(OptionReader.readOne(expanded(named), PATH, ClassDefinition.class));
  }

  /**
   * Returns the classes in a text that {@link #json} made.
   *
   * @param from where it stands, for messages
   * @throws InvalidOptionsException if it is no definition of classes
   */
  public static LabelSpace parse(String json, String from) {
    return LabelSpace.of(
        OptionReader.readOne(
            Hocon.resolve(Hocon.text(json, from)).atPath(PATH), PATH, ClassDefinition.class));
  }

  /** Returns options with the 19 classes of Cityscapes in the place of what stood there. */
  public static Config published(Config options) {
    return options.withValue(PATH, ClassDefinition.published("19").root());
  }

  /**
   * Returns options in which what decides a run stands for its classes: not colours, nor groups,
   * which may change when it is resumed.
   */
  static Config decisive(Config options) {
    if (!options.hasPath(PATH)) {
      return options;
    }
    try {
      String spelled =
          LabelSpace.of(OptionReader.readOne(expanded(options), PATH, ClassDefinition.class))
              .spelled();
      Object value = ClassDefinition.isPublished(spelled) ? Integer.valueOf(spelled) : spelled;
      return options.withValue(PATH, ConfigValueFactory.fromAnyRef(value));
    } catch (InvalidOptionsException e) {
      // Of a record that this version can't read: compared as it stands.
      return options;
    }
  }

  private static Optional<String> name(Config options) {
    if (!options.hasPath(PATH)) {
      return Optional.empty();
    }
    ConfigValue value = options.getValue(PATH);
    boolean plain =
        value.valueType() == ConfigValueType.STRING || value.valueType() == ConfigValueType.NUMBER;
    return plain ? Optional.of(options.getString(PATH)) : Optional.empty();
  }

  private static Path file(String name, ConfigOrigin origin) {
    try {
      Path path = Path.of(name);
      return origin.filename() == null
          ? path
          : Path.of(origin.filename()).resolveSibling(path).normalize();
    } catch (InvalidPathException e) {
      throw new InvalidOptionsException(
          List.of(origin.description() + ": '" + PATH + "' is no name of a file: " + name), e);
    }
  }
}
