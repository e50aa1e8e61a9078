package dev.varve.gateway.http;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the framing of one request is, judged strictly: two parsers must never disagree about where
 * a message ends, so every form that some parser reads differently is refused instead of repaired.
 *
 * @param chunked the body is chunked; {@code length} is 0 then
 * @param length the body's bytes
 * @param keepAlive the client may send another request on the connection
 */
record RequestHead(boolean chunked, long length, boolean keepAlive) {

  sealed interface Verdict {
    record Good(RequestHead head) implements Verdict {}

    record Bad(int status, String message) implements Verdict {}
  }

  /**
   * Judges a head.
   *
   * @param text the request line and the header lines, each ended by CRLF, without the empty line
   */
  static Verdict judge(String text) {
    int lineEnd = text.indexOf("\r\n");
    Optional<String> refusal = judgeRequestLine(text.substring(0, lineEnd));
    if (refusal.isPresent()) {
      return new Verdict.Bad(400, refusal.get());
    }
    boolean http10 = text.substring(0, lineEnd).endsWith("HTTP/1.0");
    return judgeHeaders(text, lineEnd + 2, http10);
  }

  private static Verdict judgeHeaders(String text, int start, boolean http10) {
    String length = null;
    String encoding = null;
    int hosts = 0;
    boolean keepAlive = !http10;
    for (int at = start; at < text.length(); ) {
      int end = text.indexOf("\r\n", at);
      String line = text.substring(at, end);
      at = end + 2;
      int colon = line.indexOf(':');
      if (colon < 1 || !isToken(line.substring(0, colon))) {
        return bad("malformed header line");
      }
      String value = line.substring(colon + 1).strip();
      switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-length" -> {
          if (length != null) {
            return bad("more than one Content-Length");
          }
          length = value;
        }
        case "transfer-encoding" -> {
          if (encoding != null) {
            return bad("more than one Transfer-Encoding");
          }
          encoding = value;
        }
        case "host" -> hosts++;
        case "connection" ->
            keepAlive = keepAlive && !value.toLowerCase(Locale.ROOT).contains("close");
        default -> {}
      }
    }
    if (hosts > 1 || hosts == 0 && !http10) {
      return bad(hosts > 1 ? "more than one Host header" : "missing required Host header");
    }
    return judgeFraming(length, encoding, http10, keepAlive);
  }

  private static Verdict judgeFraming(
      @Nullable String length, @Nullable String encoding, boolean http10, boolean keepAlive) {
    if (encoding != null) {
      if (length != null) {
        return bad("both Content-Length and Transfer-Encoding");
      }
      if (http10 || !encoding.equalsIgnoreCase("chunked")) {
        return new Verdict.Bad(http10 ? 400 : 501, "unsupported transfer encoding");
      }
      return new Verdict.Good(new RequestHead(true, 0, keepAlive));
    }
    if (length == null) {
      return new Verdict.Good(new RequestHead(false, 0, keepAlive));
    }
    if (length.isEmpty()
        || length.length() > 18
        || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return bad("bad Content-Length");
    }
    return new Verdict.Good(new RequestHead(false, Long.parseLong(length), keepAlive));
  }

  private static Optional<String> judgeRequestLine(String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !isToken(parts[0])) {
      return Optional.of("malformed request line");
    }
    if (!parts[2].equals("HTTP/1.1") && !parts[2].equals("HTTP/1.0")) {
      return Optional.of("unsupported protocol version");
    }
    if (!parts[1].startsWith("/") && !parts[1].equals("*")) {
      return Optional.of("the request target must be a path");
    }
    for (int at = 0; at < parts[1].length(); at++) {
      char c = parts[1].charAt(at);
      if (c <= ' ' || c >= 0x7f || c == '\\' || c == '#') {
        return Optional.of("malformed request target");
      }
    }
    return Optional.empty();
  }

  private static boolean isToken(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (!(c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || "!#$%&'*+-.^_`|~".indexOf(c) >= 0)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static Verdict bad(String message) {
    return new Verdict.Bad(400, message);
  }
}
