package dev.varve.container.adapter.dns;

import dev.varve.container.application.NameServer.Ports;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports that the name servers listen on: not the port of names, which people publish, but two
 * that nobody is likely to want, beyond those that the kernel gives to programs. Chosen once and
 * kept in a file, because the servers outlive the engine.
 */
final class NamePorts {
  private static final int FIRST = 61_053;
  private static final int LAST = 61_999;

  private NamePorts() {}

  static Ports at(Path file) throws IOException {
    try {
      String[] kept = Files.readString(file).strip().split(" ");
      return new Ports(Integer.parseInt(kept[0]), Integer.parseInt(kept[1]));
    } catch (NoSuchFileException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      Ports chosen = choose();
      Files.writeString(file, chosen.open() + " " + chosen.internal() + "\n");
      return chosen;
    }
  }

  private static Ports choose() throws IOException {
    List<Integer> free = new ArrayList<>();
    for (int port = FIRST; port <= LAST && free.size() < 2; port++) {
      if (isFree(port)) {
        free.add(port);
      }
    }
    if (free.size() < 2) {
      throw new IOException("no free port for the name servers from " + FIRST + " to " + LAST);
    }
    return new Ports(free.get(0), free.get(1));
  }

  private static boolean isFree(int port) {
    try (var _ = new DatagramSocket(port);
        var _ = new ServerSocket(port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
