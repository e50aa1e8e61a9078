package dev.varve.e2e.conformance;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One request on one connection of its own, readable byte by byte: for streams, upgrades and
 * half-closed sockets, which an HTTP client would hide. Reads block; a test's time limit interrupts
 * them, which closes the connection.
 */
final class Exchange implements AutoCloseable {
  private final SocketChannel channel;
  private final InputStream in;
  private final int status;
  private final String reason;
  private final Map<String, String> headers = new LinkedHashMap<>();

  private Exchange(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.in = new BufferedInputStream(Channels.newInputStream(channel));
    String[] first = line().split(" ", 3);
    this.status = Integer.parseInt(first[1]);
    this.reason = first.length > 2 ? first[2] : "";
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
  }

  /** Sends the bytes of a request and waits for the head of the answer. */
  static Exchange open(Path socket, byte[] request) {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      write(channel, request);
      return new Exchange(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int status() {
    return status;
  }

  String reason() {
    return reason;
  }

  Map<String, String> headers() {
    return headers;
  }

  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /** What follows the head, raw: chunk sizes included. */
  InputStream raw() {
    return in;
  }

  /** What follows the head until the peer closes. */
  byte[] rest() {
    try {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  void write(byte[] bytes) {
    try {
      write(channel, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends our half, as a client does when its standard input ends; the other half stays open. */
  void halfClose() {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer read to its end. */
  Reply reply(String method) {
    try {
      return new Reply(status, reason, headers, bodyOf(method));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next piece of a chunked answer; empty at its end. */
  byte[] chunk() throws IOException {
    byte[] chunk = in.readNBytes(Integer.parseInt(line().strip(), 16));
    line();
    return chunk;
  }

  /** The rest of a chunked answer as a stream that can be read while the engine still writes. */
  InputStream chunks() {
    return new InputStream() {
      private InputStream chunk = InputStream.nullInputStream();
      private boolean ended;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0 && !ended && chunk.available() == 0) {
          chunk = new ByteArrayInputStream(chunk());
          ended = chunk.available() == 0;
        }
        return chunk.read(bytes, offset, length);
      }

      @Override
      public int available() throws IOException {
        return chunk.available();
      }
    };
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] bodyOf(String method) throws IOException {
    if (method.equals("HEAD") || status == 204 || status == 304) {
      return new byte[0];
    }
    if (header("transfer-encoding").equals("chunked")) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
        body.write(chunk);
      }
      return body.toByteArray();
    }
    String length = header("content-length");
    return length.isEmpty() ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the engine closed the connection inside a line: " + line);
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  private static void write(SocketChannel channel, byte[] bytes) throws IOException {
    for (ByteBuffer buffer = ByteBuffer.wrap(bytes); buffer.hasRemaining(); ) {
      channel.write(buffer);
    }
  }
}
