package dev.varve.eventlog;

/**
 * Turns a subject's state into JSON and back, so that a projection can keep it; thread-safe.
 *
 * <p>The JSON is a cache of the log and never the only copy: it need not stay readable by other
 * versions of the software, as long as {@link #version} tells them apart.
 */
public interface StateCodec<S> {
  /**
   * Changes whenever stored JSON or the meaning of the fold changes: a field added to the state, an
   * event type that earlier versions did not know. What was stored under another version is dropped
   * and rebuilt from the log.
   */
  int version();

  String encode(S state);

  /**
   * The state of that JSON.
   *
   * @throws IllegalArgumentException when the JSON is not a state of this version
   */
  S decode(String json);
}
