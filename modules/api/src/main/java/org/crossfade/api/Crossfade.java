package org.crossfade.api;

import java.util.LinkedHashMap;
import java.util.Map;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.config.Methods;

/** Where everything begins: the methods on the class path. */
public final class Crossfade {
  private Crossfade() {}

  /**
   * {@return a training of a method, still without data}
   *
   * @param name such as {@code "fada"}, whose artifact is {@code org.crossfade:crossfade-fada}
   * @throws InvalidOptionsException if no method of this name is on the class path; the message
   *     lists those there are, and says which artifact has it
   */
  public static Training method(String name) {
    Methods.named(name);
    return new Training(name);
  }

  /** {@return the methods on the class path, by name: a sentence on what each of them does} */
  public static Map<String, String> methods() {
    var methods = new LinkedHashMap<String, String>();
    Methods.all().forEach(method -> methods.put(method.name(), method.summary()));
    return methods;
  }
}
