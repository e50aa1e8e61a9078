package dev.varve.container.application;

import java.io.IOException;

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

  /**
   * Waits for output and adds all that there is, until the frames are full.
   *
   * @return false when the program ended and all its output was read
   */
  boolean read(Frames frames) throws IOException, InterruptedException;

  /**
   * Writes all of it to the program's standard input; may block while the program does not read.
   */
  void write(byte[] data, int offset, int length) throws IOException;

  /** The program sees the end of its standard input. */
  void closeStdin() throws IOException;

  @Override
  void close();
}
