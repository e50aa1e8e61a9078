package dev.varve.bench.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Asks for a name again and again where containers do, and prints the median in milliseconds. Run
 * in a container's network namespace.
 */
public final class LookupPeer {
  private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.11", 53);
  private static final int ANSWERS = 6;
  private static final int LARGEST = 512;

  private LookupPeer() {}

  /**
   * @param arguments the name, how often it is asked for without and then with a look at the clock,
   *     and the milliseconds between two questions
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int warmUp = Integer.parseInt(arguments[1]);
    int lookups = Integer.parseInt(arguments[2]);
    int pause = Integer.parseInt(arguments[3]);
    List<Double> times = new ArrayList<>();
    ByteBuffer answer = ByteBuffer.allocateDirect(LARGEST);
    try (DatagramChannel channel = DatagramChannel.open().connect(SERVER)) {
      for (int number = 0; number < warmUp + lookups; number++) {
        ByteBuffer question = question(number, arguments[0]);
        if (number >= warmUp) {
          Thread.sleep(pause);
        }
        long begin = System.nanoTime();
        channel.write(question);
        do {
          answer.clear();
          channel.read(answer);
        } while (answer.getShort(0) != (short) number);
        if (answer.getShort(ANSWERS) < 1) {
          throw new IOException(arguments[0] + " is not known");
        }
        if (number >= warmUp) {
          times.add((System.nanoTime() - begin) / 1e6);
        }
      }
    }
    Collections.sort(times);
    System.out.println(times.get(times.size() / 2));
  }

  /** For an IPv4 address, with recursion as resolvers ask. */
  private static ByteBuffer question(int number, String name) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(new byte[] {(byte) (number >> 8), (byte) number, 1, 0, 0, 1});
    message.writeBytes(new byte[6]);
    for (String label : name.split("\\.")) {
      message.write(label.length());
      message.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    message.writeBytes(new byte[] {0, 0, 1, 0, 1});
    return ByteBuffer.wrap(message.toByteArray());
  }
}
