package dev.varve.gateway.fake;

import java.nio.file.Path;

/** For trying a client by hand: serves at the given path until killed. */
final class FakeEngineMain {
  private FakeEngineMain() {}

  public static void main(String[] args) throws Exception {
    try (FakeEngine engine = new FakeEngine(Path.of(args[0]))) {
      System.out.println("serving at " + engine.socket());
      Thread.currentThread().join();
    }
  }
}
