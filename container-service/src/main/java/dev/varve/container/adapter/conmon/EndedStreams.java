package dev.varve.container.adapter.conmon;

import dev.varve.container.application.StandardStreams;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import org.jspecify.annotations.Nullable;

/** The streams of a program that ended before anybody could attach. */
final class EndedStreams implements StandardStreams {
  @Override
  public @Nullable Output read() {
    return null;
  }

  @Override
  public void write(byte[] data, int offset, int length) throws SystemCallException {
    throw new SystemCallException("standard input", Errno.EPIPE);
  }

  @Override
  public void closeStdin() {}

  @Override
  public void close() {}
}
