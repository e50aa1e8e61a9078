package dev.varve.linux.net;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/**
 * The kernel's networking beyond one namespace. The real one is {@link LinuxNetwork}; thread-safe.
 */
public interface NetworkKernel {
  /** The namespace that this process is in. */
  NetworkCalls host();

  /** Work inside a new namespace. */
  @FunctionalInterface
  interface Inside {
    /**
     * @param calls speak to the new namespace
     * @param namespace its descriptor number, valid until this returns
     */
    void run(NetworkCalls calls, int namespace) throws IOException;
  }

  /**
   * Makes a namespace, runs the work in it on a thread of its own, and pins it by a mount on the
   * file, which is made. When the work fails nothing is left.
   */
  void createNamespace(Path pin, Inside inside) throws IOException;

  /** Does work in a namespace that is there already, on a thread of its own. */
  void inNamespace(Path pin, Inside inside) throws IOException;

  /**
   * Takes the pin away: the namespace and its links vanish when no process is in it any more.
   * Idempotent.
   */
  void deleteNamespace(Path pin) throws IOException;

  /** Whether a namespace is pinned here. */
  boolean isNamespace(Path pin);

  /**
   * Sets a kernel parameter of the calling thread's network namespace.
   *
   * @param key with slashes: {@code net/ipv4/ip_forward}
   */
  void sysctl(String key, String value) throws IOException;

  /** Makes the redirection in the calling thread's network namespace, in one transaction. */
  void redirect(Redirection redirection) throws IOException;

  /** Applies an nft script as one transaction in the calling thread's network namespace. */
  void firewall(String script) throws IOException;

  /**
   * Tells from now on, until this is closed, when a link of the calling thread's namespace is gone,
   * is down or has lost an address, whoever did it.
   *
   * @param disturbed gets the link's index, or 0 when any of them may be meant; called on a thread
   *     in that namespace, which may not wait long
   */
  void watchLinks(IntConsumer disturbed) throws IOException;
}
