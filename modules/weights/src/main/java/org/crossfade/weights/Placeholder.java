package org.crossfade.weights;

/**
 * What stands for an object, a class or a function that weights have no use for: its name, and
 * nothing of what it is made of. Nothing is looked up, made or run for it.
 *
 * @param className module and name, as the pickle has them
 */
record Placeholder(String className) {
  /** What it is, and what to do where a tensor is needed in its place. */
  String inPlaceOfWeights() {
    String name = PrintableText.name(className);
    if (className.startsWith("torch") && className.endsWith("Storage")) {
      return "holds elements of '%s', which no network here has".formatted(name);
    }
    return ("holds an object of '%s' in place of weights: to make it, code of the file would have"
            + " to run. Save the weights alone, as torch.save(model.state_dict(), file) does")
        .formatted(name);
  }
}
