package dev.varve.gateway.registry;

import dev.varve.gateway.http.Refusal;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A refusal in the words of the distribution specification. */
final class RegistryRefusal extends Refusal {
  private static final long serialVersionUID = 1L;
  private static final Pattern CODED = Pattern.compile("([A-Z_]{3,40}) (.*)", Pattern.DOTALL);
  private static final Map<String, String> CHALLENGE =
      Map.of("WWW-Authenticate", "Basic realm=\"varve\", charset=\"UTF-8\"");

  private final String code;

  private RegistryRefusal(int status, String code, String text) {
    super(status, text);
    this.code = code;
  }

  /**
   * @param code of the specification
   */
  static RegistryRefusal of(String code, String text) {
    return new RegistryRefusal(status(code, 400), code, text);
  }

  /** A manifest or a body that is too large to be read. */
  static RegistryRefusal tooLarge(String text) {
    return new RegistryRefusal(413, "SIZE_INVALID", text);
  }

  /** Of a refusal that was made elsewhere: the image service begins its texts with a code. */
  static RegistryRefusal of(Refusal refusal) {
    if (refusal instanceof RegistryRefusal already) {
      return already;
    }
    Matcher coded = CODED.matcher(refusal.text());
    if (coded.matches()) {
      String code = coded.group(1);
      return new RegistryRefusal(
          status(code, refusal.status()),
          code.equals("RANGE_INVALID") ? "BLOB_UPLOAD_INVALID" : code,
          coded.group(2));
    }
    return new RegistryRefusal(refusal.status(), code(refusal.status()), refusal.text());
  }

  private static int status(String code, int otherwise) {
    return switch (code) {
      case "BLOB_UNKNOWN",
          "BLOB_UPLOAD_UNKNOWN",
          "MANIFEST_UNKNOWN",
          "NAME_UNKNOWN",
          "MANIFEST_BLOB_UNKNOWN" ->
          404;
      case "BLOB_UPLOAD_INVALID",
          "DIGEST_INVALID",
          "MANIFEST_INVALID",
          "NAME_INVALID",
          "SIZE_INVALID" ->
          400;
      case "RANGE_INVALID" -> 416;
      case "UNAUTHORIZED" -> 401;
      case "DENIED" -> 403;
      case "UNSUPPORTED" -> 405;
      case "TOOMANYREQUESTS" -> 429;
      default -> otherwise;
    };
  }

  private static String code(int status) {
    return switch (status) {
      case 400 -> "NAME_INVALID";
      case 401 -> "UNAUTHORIZED";
      case 403 -> "DENIED";
      case 404 -> "NAME_UNKNOWN";
      case 405, 501 -> "UNSUPPORTED";
      case 413 -> "SIZE_INVALID";
      case 429 -> "TOOMANYREQUESTS";
      default -> "UNKNOWN";
    };
  }

  @Override
  public Object body() {
    return Map.of("errors", List.of(Map.of("code", code, "message", text())));
  }

  @Override
  public Map<String, String> headers() {
    return status() == 401 ? CHALLENGE : Map.of();
  }
}
