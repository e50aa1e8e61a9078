package dev.varve.container.application;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The standard streams of a container or exec, live from the moment of connection. Several may be
 * open for one container; each sees all output.
 *
 * <p>Reading is always drained in the background into a bounded buffer, so that a slow client never
 * stops the container; a client too slow for the buffer loses its connection, not the container.
 */
public interface StandardStreams extends AutoCloseable {
  enum Source {
    STDOUT,
    STDERR
  }

  /** A piece of output, as large as the monitor sent it. */
  record Output(Source source, byte[] data) {}

  /**
   * Waits for output.
   *
   * @return null when the program ended and all its output was read
   */
  @Nullable Output read() throws IOException, InterruptedException;

  /**
   * Writes all of it to the program's standard input; may block while the program does not read.
   */
  void write(byte[] data, int offset, int length) throws IOException;

  /** The program sees the end of its standard input. */
  void closeStdin() throws IOException;

  @Override
  void close();
}
