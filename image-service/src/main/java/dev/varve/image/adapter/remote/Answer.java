package dev.varve.image.adapter.remote;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says to one request, on a connection of its own.
 *
 * @param headers the first of each name, in lower case
 * @param body ends the connection when it is closed
 */
record Answer(int status, Map<String, String> headers, InputStream body) {
  private static final int MOST_BYTES_OF_A_HEAD = 1 << 16;
  private static final int FIRST_FINAL = 200;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})( .*)?");

  static Answer read(Socket connection) throws IOException {
    InputStream in = new BufferedInputStream(connection.getInputStream());
    int left = MOST_BYTES_OF_A_HEAD;
    int status = 0;
    Map<String, String> headers = new HashMap<>();
    while (status < FIRST_FINAL) {
      String first = line(in, left);
      Matcher matcher = STATUS.matcher(first);
      if (!matcher.matches()) {
        throw new ProtocolException("the server does not answer by HTTP");
      }
      status = Integer.parseInt(matcher.group(1));
      left -= first.length();
      headers.clear();
      for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
        left -= line.length();
        int colon = line.indexOf(':');
        if (colon > 0) {
          headers.putIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
      }
    }
    return new Answer(status, Map.copyOf(headers), Body.of(in, headers, connection));
  }

  /** Without its end. */
  static String line(InputStream in, int most) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw Body.cutOff();
      }
      if (line.length() >= most) {
        throw new ProtocolException("the server's answer has too long a head");
      }
      line.append((char) next);
    }
    String text = line.toString();
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }
}
