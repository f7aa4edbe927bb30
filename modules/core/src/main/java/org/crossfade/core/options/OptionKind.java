package org.crossfade.core.options;

/**
 * One kind of the options of an interface: a network family, a data set. A section of options whose
 * type is an interface says {@code kind = NAME}; the rest of it is read into this kind's record.
 *
 * <p>Kinds are found through {@link java.util.ServiceLoader}, so that a jar from outside can bring
 * one: a class with a public constructor without parameters, named in {@code
 * META-INF/services/org.crossfade.core.options.OptionKind}.
 */
public interface OptionKind {
  /** Returns the word that stands behind {@code kind}, in kebab case. */
  String name();

  /** Returns the record that the section is read into; it implements the interface. */
  Class<? extends Record> options();
}
