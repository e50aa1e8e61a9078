package dev.varve.gateway.http;

import java.util.Map;

/**
 * The request is answered with an error that was expected; carries the text the client shall see.
 */
public class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  public Refusal(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  public static Refusal badRequest(String message) {
    return new Refusal(400, message);
  }

  public static Refusal notFound(String message) {
    return new Refusal(404, message);
  }

  /**
   * @param what the subject of the sentence, for example {@code docker pull}
   */
  public static Refusal notYet(String what) {
    return new Refusal(501, what + " is not implemented yet by Varve");
  }

  /** What the client gets, as JSON. */
  public Object body() {
    return Map.of("message", text());
  }

  /** Headers of the answer beyond those of all answers. */
  public Map<String, String> headers() {
    return Map.of();
  }

  public int status() {
    return status;
  }

  /** The text for the client; never null here. */
  public String text() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
