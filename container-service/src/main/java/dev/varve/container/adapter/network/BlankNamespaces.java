package dev.varve.container.adapter.network;

import dev.varve.linux.net.NetworkKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes namespaces with nothing but loopback, for whatever networks a container is to be on. */
final class BlankNamespaces implements NamespacePool.Source<Path> {
  /** How their files' names begin. */
  static final String PREFIX = "blank-";

  private final NetworkKernel kernel;
  private final Path directory;
  private final SecureRandom random = new SecureRandom();

  BlankNamespaces(NetworkKernel kernel, Path directory) {
    this.kernel = kernel;
    this.directory = directory;
  }

  @Override
  public Path make() throws IOException {
    byte[] name = new byte[8];
    random.nextBytes(name);
    Path pin = directory.resolve(PREFIX + HexFormat.of().formatHex(name));
    BridgedNamespace.createIsolated(kernel, pin);
    return pin;
  }

  @Override
  public void discard(Path pin) throws IOException {
    kernel.deleteNamespace(pin);
  }
}
