package dev.varve.bench.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The program behind a published port: reads until the client ends, says one byte, closes. Run in a
 * container's network namespace, so that the same program answers for each engine.
 */
public final class PortPeer {
  private static final int BUFFER = 256 << 10;

  private PortPeer() {}

  /**
   * @param arguments the port to listen on
   */
  public static void main(String[] arguments) throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(Integer.parseInt(arguments[0])), 1024);
      System.out.println("ready");
      while (true) {
        SocketChannel client = listener.accept();
        Thread.startVirtualThread(() -> serve(client));
      }
    }
  }

  private static void serve(SocketChannel client) {
    try (client) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
      while (client.read(buffer.clear()) >= 0) {
        // Nothing is kept.
      }
      client.write(ByteBuffer.wrap(new byte[] {1}));
    } catch (IOException e) {
      // The client gave up.
    }
  }
}
