package org.crossfade.core.label;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.crossfade.core.options.Hocon;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.core.options.OptionReader;

/**
 * The classes of a task as options say them: what {@link LabelSpace} is made from. Published ones
 * are resources {@code crossfade/classes/NAME.conf}, and look as a user's own do.
 *
 * @param classes 2 to 255 of them, by id; they may say their ids, all of them or none, and are
 *     sorted by them then
 * @param groups over which means are taken beside that over all classes; none if absent
 * @param columns of tables that are the mean of a group: name of the column to title of the group.
 *     A group's own title is the name of a column anyway
 * @param numberedAs name of the published classes whose ids stand in label files of train ids and
 *     as numbers in label tables; if absent, these classes' own ids do
 */
public record ClassDefinition(
    List<Entry> classes,
    Optional<List<Group>> groups,
    Optional<Map<String, String>> columns,
    Optional<String> numberedAs) {
  /** One less than there are bytes: the last is {@link LabelSpace#IGNORE}. */
  public static final int MOST_CLASSES = LabelSpace.IGNORE;

  /** What the mean over all classes is called in tables. */
  public static final String MEAN = "mIoU";

  private static final String FOLDER = "crossfade/classes/";
  private static final String PATH = "classes";

  /**
   * One class.
   *
   * @param id train id, from 0
   * @param name of any letters; case does not tell two names apart
   * @param colour {@code "#rrggbb"}, or red, green and blue as three numbers, 0 to 255; absent: one
   *     that no other class has
   * @param thing whether it can be counted, such as cars, unlike the sky; absent: no
   * @param also names of classes of data sets that count as this one
   */
  public record Entry(
      Optional<Integer> id,
      String name,
      Optional<String> colour,
      Optional<Boolean> thing,
      Optional<List<String>> also) {
    /** Checks what can be checked without the other classes. */
    public Entry {
      requireName(name);
      also = also.map(List::copyOf);
      also.ifPresent(names -> names.forEach(Entry::requireName));
      if (id.isPresent() && id.get() == LabelSpace.IGNORE) {
        throw new IllegalArgumentException(
            "the class '"
                + name
                + "' has id 255, which is that of ignored pixels: they are no class, leave it out");
      }
      if (id.isPresent() && (id.get() < 0 || id.get() >= MOST_CLASSES)) {
        throw new IllegalArgumentException(
            "the class '" + name + "' has id " + id.get() + "; expected 0 to 254");
      }
      colour.ifPresent(ClassColours::parse);
    }

    private static void requireName(String name) {
      if (name.isBlank() || !name.equals(name.strip()) || name.length() > 60) {
        throw new IllegalArgumentException(
            "expected a class name of 1 to 60 characters without spaces around it, found '"
                + name
                + "'");
      }
      if (name.codePoints().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException("a class name has control characters: expected none");
      }
      if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw new IllegalArgumentException(
            "the class name '" + name + "' is a number, which means an id elsewhere; use letters");
      }
    }
  }

  /**
   * Classes over which a mean is taken.
   *
   * @param title as tables print it
   * @param classes names of the members
   */
  public record Group(String title, List<String> classes) {
    /** Copies the list. */
    public Group {
      classes = List.copyOf(classes);
      if (title.isBlank() || classes.isEmpty()) {
        throw new IllegalArgumentException(
            "a group of classes needs a title and at least one member, found '"
                + title
                + "' of "
                + classes);
      }
    }
  }

  /** Checks the whole, and sorts the classes by id where they say it. */
  public ClassDefinition {
    if (classes.size() < 2 || classes.size() > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "expected 2 to "
              + MOST_CLASSES
              + " classes (labels are bytes, and 255 means ignored), found "
              + classes.size());
    }
    classes = sorted(classes);
    groups = groups.map(List::copyOf);
    columns = columns.map(Map::copyOf);
    var problems = new ArrayList<String>();
    Map<String, Integer> ids = ids(classes, problems);
    checkColours(classes, problems);
    checkGroups(groups.orElse(List.of()), columns.orElse(Map.of()), ids, problems);
    numberedAs
        .filter(name -> !isPublished(name))
        .ifPresent(name -> problems.add("numbered-as '" + name + "': " + none(name)));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** Returns a definition of names alone, in the order of their ids. */
  public static ClassDefinition ofNames(List<String> names) {
    return new ClassDefinition(
        names.stream()
            .map(
                name ->
                    new Entry(
                        Optional.empty(),
                        name,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
            .toList(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns whether a resource of published classes has this name. */
  public static boolean isPublished(String name) {
    return name.matches("[A-Za-z0-9-]{1,60}") && Hocon.hasResource(resource(name));
  }

  /**
   * Returns published classes as options.
   *
   * @throws InvalidOptionsException if there are none of this name; the message says which there
   *     are
   */
  public static Config published(String name) {
    if (!isPublished(name)) {
      throw new InvalidOptionsException(List.of(none(name)));
    }
    return Hocon.resolve(Hocon.resource(resource(name)));
  }

  /**
   * Reads published classes.
   *
   * @throws InvalidOptionsException if there are none of this name
   */
  public static ClassDefinition named(String name) {
    return OptionReader.readOne(published(name).atPath(PATH), PATH, ClassDefinition.class);
  }

  private static String resource(String name) {
    return FOLDER + name + ".conf";
  }

  private static String none(String name) {
    return "there are no published classes '"
        + name
        + "'; there are 19 (Cityscapes), 19-synthia, 16 (SYNTHIA) and 13 (SYNTHIA, Cross-City)";
  }

  private static List<Entry> sorted(List<Entry> classes) {
    long numbered = classes.stream().filter(entry -> entry.id().isPresent()).count();
    if (numbered == 0) {
      return List.copyOf(classes);
    }
    if (numbered < classes.size()) {
      throw new IllegalArgumentException(
          "either all classes say their id or none does; without one is '"
              + classes.stream().filter(e -> e.id().isEmpty()).findFirst().orElseThrow().name()
              + "'");
    }
    var names = new TreeMap<Integer, String>();
    for (Entry entry : classes) {
      String other = names.put(entry.id().orElseThrow(), entry.name());
      if (other != null) {
        throw new IllegalArgumentException(
            "'%s' and '%s' both have id %d"
                .formatted(other, entry.name(), entry.id().orElseThrow()));
      }
    }
    for (int id = 0; id < classes.size(); id++) {
      if (!names.containsKey(id)) {
        throw new IllegalArgumentException(
            "no class has id %d, but '%s' has %d: ids must be 0 to %d without a gap"
                .formatted(
                    id, names.higherEntry(id).getValue(), names.higherKey(id), classes.size() - 1));
      }
    }
    return classes.stream()
        .sorted(Comparator.comparing(entry -> entry.id().orElseThrow()))
        .toList();
  }

  /** The id of every name that means a class, in small letters. */
  static Map<String, Integer> ids(List<Entry> classes, List<String> problems) {
    var ids = new HashMap<String, Integer>();
    for (int id = 0; id < classes.size(); id++) {
      Entry entry = classes.get(id);
      var names = new ArrayList<>(List.of(entry.name()));
      entry.also().ifPresent(names::addAll);
      for (String name : names) {
        Integer other = ids.putIfAbsent(key(name), id);
        if (other != null) {
          problems.add(
              other == id
                  ? "class " + id + " has the name '" + name + "' twice"
                  : "the classes %d and %d both have the name '%s'".formatted(other, id, name));
        }
      }
    }
    return ids;
  }

  private static void checkColours(List<Entry> classes, List<String> problems) {
    var seen = new HashMap<Integer, String>();
    for (Entry entry : classes) {
      if (entry.colour().isPresent()) {
        String other = seen.put(ClassColours.parse(entry.colour().get()), entry.name());
        if (other != null) {
          problems.add(
              "'%s' and '%s' both have the colour %s: pictures could not tell them apart"
                  .formatted(other, entry.name(), entry.colour().get()));
        }
      }
    }
  }

  private static void checkGroups(
      List<Group> groups,
      Map<String, String> columns,
      Map<String, Integer> ids,
      List<String> problems) {
    var titles = new ArrayList<String>();
    for (Group group : groups) {
      if (titles.contains(group.title())) {
        problems.add("two groups have the title '" + group.title() + "'");
      }
      if (group.title().equals(MEAN)) {
        problems.add("no group can have the title 'mIoU': it is the mean over all classes");
      }
      titles.add(group.title());
      for (String member : group.classes()) {
        if (!ids.containsKey(key(member))) {
          problems.add(
              "the group '%s' has '%s', which is none of the classes"
                  .formatted(group.title(), member));
        }
      }
    }
    columns.forEach(
        (column, title) -> {
          if (!titles.contains(title)) {
            problems.add(
                "the column '%s' is the mean of '%s', which is none of the groups %s"
                    .formatted(column, title, titles));
          }
        });
  }

  /** Case does not tell names apart. */
  static String key(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }
}
