package dev.varve.linux;

import java.io.IOException;

/** A system call failed; {@link #errno()} says why. */
public final class SystemCallException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * @param call what was tried, with its argument: {@code mkdirat usr/bin}
   */
  public SystemCallException(String call, int errno) {
    super(call + ": " + Errno.text(errno));
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }
}
