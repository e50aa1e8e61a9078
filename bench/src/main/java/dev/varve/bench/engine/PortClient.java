package dev.varve.bench.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The host's side of a published port, at loopback: does one work there and prints the rate that it
 * reached. Run in the network namespace that has the port, so that the same program asks for each
 * engine.
 */
public final class PortClient {
  private static final int CLIENTS = 4;
  private static final int CONNECTIONS = 2000;
  private static final long BYTES = 4L << 30;
  private static final int BUFFER = 256 << 10;

  /** A part of the work is done before the clock is looked at. */
  private static final int WARM_UP = 4;

  private PortClient() {}

  /** What is done. */
  enum Work {
    /** Gbit/s. */
    THROUGHPUT,
    /** One second's. */
    CONNECTIONS
  }

  /**
   * @param arguments the work and the port
   */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    System.out.println(
        switch (Work.valueOf(arguments[0])) {
          case THROUGHPUT -> {
            send(port, BYTES / WARM_UP);
            yield BYTES * 8.0 / send(port, BYTES);
          }
          case CONNECTIONS -> {
            connect(port, CONNECTIONS / WARM_UP);
            yield CONNECTIONS * 1e9 / connect(port, CONNECTIONS);
          }
        });
  }

  /** Nanoseconds that it took. */
  private static long send(int port, long bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    long begin = System.nanoTime();
    try (SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
      for (long sent = 0; sent < bytes; ) {
        buffer.clear();
        sent += client.write(buffer);
      }
      client.shutdownOutput();
      awaitByte(client);
    }
    return System.nanoTime() - begin;
  }

  private static void awaitByte(SocketChannel client) throws IOException {
    if (client.read(ByteBuffer.allocate(1)) != 1) {
      throw new IOException("the connection was cut");
    }
  }

  /** Nanoseconds that it took. */
  private static long connect(int port, int connections) throws Exception {
    long begin = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(
            threads.submit(() -> {
              for (int done = 0; done < connections / CLIENTS; done++) {
                connection(port);
              }
              return null;
            }));
      }
      for (Future<?> client : clients) {
        var unused = client.get();
      }
    }
    return System.nanoTime() - begin;
  }

  private static void connection(int port) throws IOException {
    try (SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
      client.shutdownOutput();
      awaitByte(client);
      // No port of the client's may wait for late packets: there are not enough of them.
      client.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
  }
}
