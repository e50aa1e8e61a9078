package dev.varve.gateway.http;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A client's end of a connection that left HTTP. */
final class SocketConnection implements StreamConnection, AutoCloseable {
  private final SocketChannel channel;

  /** Leaves HTTP by a request with these headers, of which some ask for it. */
  SocketConnection(Path socket, String line, String... headers) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    String head =
        line + " HTTP/1.1\r\nHost: docker\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)));
    StringBuilder answer = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (answer.indexOf("\r\n\r\n") < 0) {
      if (channel.read(one.clear()) < 0) {
        throw new IOException("the server ended after: " + answer);
      }
      answer.append((char) one.get(0));
    }
    if (!answer.toString().startsWith("HTTP/1.1 101 ")) {
      throw new IOException(answer.toString());
    }
  }

  @Override
  public byte @Nullable [] read() {
    ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
    try {
      int count = channel.read(buffer);
      return count < 0 ? null : Arrays.copyOf(buffer.array(), count);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public boolean write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        var _ = channel.write(bytes);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public void onClose(Runnable action) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void finish() {
    close();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
