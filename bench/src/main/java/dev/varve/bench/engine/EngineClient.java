package dev.varve.bench.engine;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kept-alive HTTP/1.1 connection to an engine's unix socket, as thin as a client can be, so
 * that what is timed is the engine. Not thread-safe.
 */
public final class EngineClient implements AutoCloseable {
  private static final String API = "/v1.41";
  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]+)\"");

  private final SocketChannel channel;
  private final InputStream in;

  public EngineClient(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
  }

  /** Status and body of an answer. */
  public record Answer(int status, String body) {
    public Answer require(int... allowed) {
      for (int status : allowed) {
        if (this.status == status) {
          return this;
        }
      }
      throw new IllegalStateException("HTTP " + status + ": " + body);
    }

    String id() {
      Matcher matcher = ID.matcher(body);
      if (!matcher.find()) {
        throw new IllegalStateException("no id in " + body);
      }
      return matcher.group(1);
    }
  }

  public Answer request(String method, String path, String json) throws IOException {
    send(method, path, json, "");
    String head = readHead();
    int status = Integer.parseInt(head.substring(9, 12));
    return new Answer(status, new String(readBody(head, status), StandardCharsets.UTF_8));
  }

  /** Creates a container of the image with the command; returns its id. */
  public String create(String image, String... cmd) throws IOException {
    String list = String.join("\",\"", cmd);
    String body = "{\"Image\":\"" + image + "\",\"Cmd\":[\"" + list + "\"]}";
    return request("POST", "/containers/create", body).require(201).id();
  }

  public void start(String id) throws IOException {
    request("POST", "/containers/" + id + "/start", "").require(204);
  }

  public void remove(String id) throws IOException {
    request("DELETE", "/containers/" + id + "?force=1", "").require(204);
  }

  /** Reads a stream until either side ends it. */
  void drain(String path) {
    try {
      send("GET", path, "", "");
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // Closed: that is how it ends.
    }
  }

  /** Runs a command in the container and reads its output to the end; uses the connection up. */
  public static void exec(Path socket, String id, String... cmd) throws IOException {
    String list = String.join("\",\"", cmd);
    try (EngineClient client = new EngineClient(socket)) {
      String exec =
          client
              .request(
                  "POST",
                  "/containers/" + id + "/exec",
                  "{\"AttachStdout\":true,\"AttachStderr\":true,\"Cmd\":[\"" + list + "\"]}")
              .require(201)
              .id();
      client.send(
          "POST",
          "/exec/" + exec + "/start",
          "{\"Detach\":false,\"Tty\":false}",
          "Connection: Upgrade\r\nUpgrade: tcp\r\n");
      String head = client.readHead();
      if (!head.startsWith("HTTP/1.1 101")) {
        throw new IllegalStateException(head);
      }
      client.in.readAllBytes();
    }
  }

  private void send(String method, String path, String json, String headers) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    String type = body.length == 0 ? "" : "Content-Type: application/json\r\n";
    String head =
        method
            + " "
            + API
            + path
            + " HTTP/1.1\r\nHost: engine\r\n"
            + headers
            + type
            + "Content-Length: "
            + body.length
            + "\r\n\r\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(body);
    ByteBuffer buffer = ByteBuffer.wrap(out.toByteArray());
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) readByte());
    }
    return head.toString();
  }

  private byte[] readBody(String head, int status) throws IOException {
    String lower = head.toLowerCase(Locale.ROOT);
    if (status == 204 || status == 304) {
      return new byte[0];
    }
    int length = lower.indexOf("content-length:");
    if (length >= 0) {
      int from = length + "content-length:".length();
      int size = Integer.parseInt(lower.substring(from, lower.indexOf('\r', from)).trim());
      return in.readNBytes(size);
    }
    return readChunks();
  }

  private byte[] readChunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(readLine(), 16);
      body.writeBytes(in.readNBytes(size));
      readLine();
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = readByte(); c != '\n'; c = readByte()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private int readByte() throws IOException {
    int value = in.read();
    if (value < 0) {
      throw new EOFException("the engine closed the connection");
    }
    return value;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
