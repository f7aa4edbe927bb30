package org.crossfade.core.label;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crossfade.core.options.InvalidOptionsException;

/**
 * The K classes that a network tells apart, numbered 0..K-1 (train ids), and the id that is
 * ignored: a {@link ClassDefinition}, ready for use. Two spaces are equal when their definitions
 * are.
 *
 * <p>Published ones are the 19 evaluated classes of Cityscapes; the 16 of them that SYNTHIA has
 * (without terrain, truck and train); and the 13 that also leave out wall, fence and pole. The
 * classes of the smaller ones keep their order and are renumbered without gaps.
 */
public final class LabelSpace {
  /** The id of pixels that count neither in a loss nor in a metric. */
  public static final int IGNORE = 255;

  private static final Map<String, LabelSpace> PUBLISHED = new ConcurrentHashMap<>();

  private final ClassDefinition definition;
  private final List<String> names;
  private final Map<String, Integer> ids;
  private final int[] colours;
  private final List<Integer> things;
  private final List<ClassGroup> groups;

  private LabelSpace(ClassDefinition definition) {
    this.definition = definition;
    this.names = definition.classes().stream().map(ClassDefinition.Entry::name).toList();
    this.ids = ClassDefinition.ids(definition.classes(), new ArrayList<>());
    this.colours = ClassColours.of(definition.classes());
    this.things =
        IntStream.range(0, names.size())
            .filter(id -> definition.classes().get(id).thing().orElse(false))
            .boxed()
            .toList();
    this.groups = definition.groups().orElse(List.of()).stream().map(this::group).toList();
  }

  private ClassGroup group(ClassDefinition.Group group) {
    return new ClassGroup(
        group.title(),
        group.classes().stream()
            .map(name -> idOf(name).orElseThrow())
            .distinct()
            .sorted()
            .toList());
  }

  /** Returns the classes of a definition. */
  public static LabelSpace of(ClassDefinition definition) {
    return new LabelSpace(definition);
  }

  /**
   * Returns classes that have these names, in the order of their ids.
   *
   * @throws IllegalArgumentException if two are equal, or there are fewer than 2 or more than 255
   */
  public static LabelSpace ofNames(String... names) {
    return new LabelSpace(ClassDefinition.ofNames(List.of(names)));
  }

  /**
   * Returns published classes by their name.
   *
   * @param name {@code "19"}, {@code "16"}, {@code "13"}, or that of a resource {@code
   *     crossfade/classes/NAME.conf}
   * @throws InvalidOptionsException if there are none of this name
   */
  public static LabelSpace named(String name) {
    LabelSpace known = PUBLISHED.get(name);
    if (known == null) {
      known = new LabelSpace(ClassDefinition.named(name));
      PUBLISHED.put(name, known);
    }
    return known;
  }

  /**
   * The published classes of that number.
   *
   * @param classes 19, 16 or 13
   * @throws IllegalArgumentException for any other number
   */
  public static LabelSpace of(int classes) {
    try {
      return named(Integer.toString(classes));
    } catch (InvalidOptionsException e) {
      throw new IllegalArgumentException(String.join("; ", e.problems()), e);
    }
  }

  /** The definition. */
  public ClassDefinition definition() {
    return definition;
  }

  /** The number of classes K. */
  public int classes() {
    return names.size();
  }

  /** The names of the classes by id, as they are written: {@code "traffic light"}. */
  public List<String> classNames() {
    return names;
  }

  /**
   * The name of one class.
   *
   * @throws IllegalArgumentException if {@code id} is none
   */
  public String className(int id) {
    if (id < 0 || id >= classes()) {
      throw new IllegalArgumentException("class id " + id + " is outside 0.." + (classes() - 1));
    }
    return names.get(id);
  }

  /**
   * The names of the classes whose ids stand in label files of train ids, by those ids: the 19 of
   * Cityscapes for the smaller published spaces, the own ones for a definition that says nothing
   * else.
   */
  public List<String> classNamesInFiles() {
    return definition.numberedAs().map(name -> named(name).classNames()).orElse(names);
  }

  /**
   * The id of the class of that name, or of the class that a data set's class of that name counts
   * as; case does not matter.
   */
  public OptionalInt idOf(String className) {
    Integer id = ids.get(ClassDefinition.key(className));
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The colour of a class as 0xRRGGBB; black for any id that is no class. */
  public int rgb(int id) {
    return id < 0 || id >= classes() ? 0 : colours[id];
  }

  /** The ids of the classes that can be counted, ascending. */
  public List<Integer> things() {
    return things;
  }

  /** The groups of classes over which means are taken, in the definition's order. */
  public List<ClassGroup> groups() {
    return groups;
  }

  /** The group of that title. */
  public Optional<ClassGroup> group(String title) {
    return groups.stream().filter(group -> group.title().equals(title)).findFirst();
  }

  /** The group whose mean stands in a table's column: that of {@code columns}, or of its title. */
  public Optional<ClassGroup> column(String name) {
    return group(definition.columns().orElse(Map.of()).getOrDefault(name, name));
  }

  /** The names of the columns that are means of groups. */
  public List<String> columns() {
    var all = new ArrayList<>(definition.columns().orElse(Map.of()).keySet());
    groups.forEach(group -> all.add(group.title()));
    return all.stream().distinct().sorted().toList();
  }

  /**
   * What of the classes decides how labels are read and what is computed, as text, the same for
   * equal ones: the number of the published classes, or every name and what else counts as it.
   */
  public String spelled() {
    for (String name : List.of("19", "16", "13")) {
      LabelSpace published = named(name);
      if (published.ids.equals(ids)
          && published.names.equals(names)
          && published.things.equals(things)
          && published.classNamesInFiles().equals(classNamesInFiles())) {
        return name;
      }
    }
    return IntStream.range(0, classes())
            .mapToObj(
                id ->
                    names.get(id)
                        + (things.contains(id) ? " (thing)" : "")
                        + definition.classes().get(id).also().map(also -> " " + also).orElse(""))
            .collect(Collectors.joining(", ", "[", "]"))
        + definition.numberedAs().map(name -> " numbered as " + name).orElse("");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelSpace space && definition.equals(space.definition);
  }

  @Override
  public int hashCode() {
    return definition.hashCode();
  }

  @Override
  public String toString() {
    return classes() + " classes";
  }
}
