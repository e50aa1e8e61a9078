package dev.varve.container.adapter.conmon;

import java.io.IOException;

/** What is to be done when something else has failed. */
@FunctionalInterface
interface CleanUp {
  void run() throws IOException;

  /** The first failure is the one to tell; what goes wrong after it goes with it. */
  static void after(Exception failure, CleanUp cleanUp) {
    try {
      cleanUp.run();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
