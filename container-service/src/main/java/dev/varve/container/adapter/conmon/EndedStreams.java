package dev.varve.container.adapter.conmon;

import dev.varve.container.application.Frames;
import dev.varve.container.application.StandardStreams;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;

/** The streams of a program that ended before anybody could attach. */
final class EndedStreams implements StandardStreams {
  @Override
  public boolean read(Frames frames) {
    return false;
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
