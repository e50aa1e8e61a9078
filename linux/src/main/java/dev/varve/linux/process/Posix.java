package dev.varve.linux.process;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * What jnr-posix has a call for and no container's start waits for: its loading takes more than
 * half a second, so it happens at the first use.
 */
public final class Posix {
  private Posix() {}

  private static final class Loaded {
    static final POSIX CALLS = POSIXFactory.getNativePOSIX();
  }

  /**
   * Signals a process by number; for processes that cannot have been replaced, such as those listed
   * in a cgroup of ours a moment ago.
   *
   * @return false when there is none
   */
  public static boolean kill(int pid, int signal) throws SystemCallException {
    if (Loaded.CALLS.kill(pid, signal) == 0) {
      return true;
    }
    int errno = Loaded.CALLS.errno();
    if (errno == Errno.ESRCH) {
      return false;
    }
    throw new SystemCallException("kill " + pid, errno);
  }
}
