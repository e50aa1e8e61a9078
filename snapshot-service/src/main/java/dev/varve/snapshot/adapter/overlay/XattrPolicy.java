package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.FileCalls;
import java.util.Map;

/**
 * Which extended attributes of an image reach the disk. File capabilities, ACLs, user attributes
 * and foreign trusted ones do; those that steer the overlay or the host's security modules never.
 */
final class XattrPolicy {
  private XattrPolicy() {}

  static boolean isKept(String attribute) {
    if (attribute.startsWith("security.")) {
      return attribute.equals("security.capability");
    }
    return !attribute.startsWith("trusted.overlay.") && !attribute.startsWith("user.overlay.");
  }

  /** Sets what is kept; what the file system or the file's type cannot have is left out. */
  static void set(FileCalls calls, int dir, String name, Map<String, byte[]> xattrs)
      throws SystemCallException {
    for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
      String attribute = xattr.getKey();
      if (isKept(attribute) && attribute.indexOf('\0') < 0) {
        try {
          calls.setXattr(dir, name, attribute, xattr.getValue());
        } catch (SystemCallException e) {
          boolean userOnSpecial = e.errno() == Errno.EPERM && attribute.startsWith("user.");
          if (e.errno() != Errno.EOPNOTSUPP && !userOnSpecial) {
            throw e;
          }
        }
      }
    }
  }
}
