package dev.varve.gateway.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Predicate;

/** Bytes to and from the socket, with no idea of HTTP but where an answer's head ends. */
public final class RawClient implements AutoCloseable {
  private static final long LIMIT_MILLIS = 20_000;

  private final SocketChannel channel;
  private final Selector selector;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private boolean ended;

  public RawClient(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    channel.configureBlocking(false);
    selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
  }

  public RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawClient send(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.write(buffer) == 0) {
        Thread.onSpinWait();
      }
    }
    return this;
  }

  /** A request line's method and target, with the headers that each request needs. */
  public RawClient request(String line, String... headers) throws IOException {
    return send(line + " HTTP/1.1\r\nHost: docker\r\n" + lines(headers) + "\r\n");
  }

  public RawClient json(String line, String body) throws IOException {
    return request(
            line,
            "Content-Type: application/json",
            "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length)
        .send(body.getBytes(StandardCharsets.UTF_8));
  }

  public RawClient endInput() throws IOException {
    channel.shutdownOutput();
    return this;
  }

  /** All that came until the text so far satisfies, or the server ends, or it takes too long. */
  public String until(Predicate<String> enough) throws IOException {
    long deadline = System.currentTimeMillis() + LIMIT_MILLIS;
    ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    while (!ended && !enough.test(text())) {
      long left = deadline - System.currentTimeMillis();
      if (left <= 0) {
        throw new IOException("nothing more came after: " + text());
      }
      selector.select(left);
      selector.selectedKeys().clear();
      int count = channel.read(buffer.clear());
      if (count < 0) {
        ended = true;
      } else {
        received.write(buffer.array(), 0, count);
      }
    }
    return text();
  }

  public String untilContains(String text) throws IOException {
    String all = until(so -> so.contains(text));
    if (!all.contains(text)) {
      throw new IOException("the server ended after: " + all);
    }
    return all;
  }

  public String untilEnd() throws IOException {
    return until(_ -> false);
  }

  public boolean isEnded() {
    return ended;
  }

  private String text() {
    return received.toString(StandardCharsets.ISO_8859_1);
  }

  private static String lines(String[] headers) {
    StringBuilder lines = new StringBuilder();
    for (String header : headers) {
      lines.append(header).append("\r\n");
    }
    return lines.toString();
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
