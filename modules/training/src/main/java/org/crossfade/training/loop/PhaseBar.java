package org.crossfade.training.loop;

/** How far a phase is, drawn on a terminal. */
public interface PhaseBar extends AutoCloseable {
  /** Draws bars; found by {@link java.util.ServiceLoader}. The program's console has one. */
  interface Factory {
    /**
     * Begins a bar.
     *
     * @param title before it
     * @param iteration where it stands
     * @param iterations where it ends
     */
    PhaseBar open(String title, long iteration, long iterations);
  }

  /** Moves it. */
  void stepTo(long iteration);

  /** Shows a message beside it, in the place of the one before. */
  void say(String message);

  /** Ends it. */
  @Override
  void close();
}
