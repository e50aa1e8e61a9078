package dev.varve.container.adapter.ports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Ports to choose from where none is named, one after the other and from the beginning again, so
 * that one that was given up rests as long as possible. Not thread-safe.
 */
public final class EphemeralPorts {
  private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  private final int first;
  private final int last;
  private int next;

  EphemeralPorts(int first, int last) {
    this.first = first;
    this.last = last;
    this.next = first;
  }

  /** Those from which the kernel gives ports to programs, as Docker does. */
  public static EphemeralPorts ofHost() throws IOException {
    // In one read: the kernel answers none that goes on after another.
    String[] bounds = Files.readAllLines(RANGE).getFirst().strip().split("\\s+");
    return new EphemeralPorts(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[1]));
  }

  int size() {
    return last - first + 1;
  }

  int next() {
    int port = next;
    next = port == last ? first : port + 1;
    return port;
  }
}
