package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.FileCalls;
import java.util.HashMap;
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

  /**
   * What is kept of an inode's attributes where no kernel judges them.
   *
   * @param mayHaveUser regular files and directories may, other inodes not
   * @throws ArchiveRefusedException when the kernel would not have taken one
   */
  static Map<String, byte[]> kept(Map<String, byte[]> xattrs, boolean mayHaveUser)
      throws ArchiveRefusedException {
    if (xattrs.isEmpty()) {
      return xattrs;
    }
    Map<String, byte[]> kept = new HashMap<>();
    for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
      String attribute = xattr.getKey();
      boolean user = attribute.startsWith("user.");
      if (isKept(attribute) && attribute.indexOf('\0') < 0 && (mayHaveUser || !user)) {
        if (!isValid(attribute, xattr.getValue())) {
          throw new ArchiveRefusedException("invalid argument: attribute " + attribute);
        }
        kept.put(attribute, xattr.getValue());
      }
    }
    return kept;
  }

  private static boolean isValid(String attribute, byte[] value) {
    return switch (attribute) {
      case "security.capability" ->
          value.length >= 4
              && switch (value[3]) {
                case 1 -> value.length == 12;
                case 2 -> value.length == 20;
                case 3 -> value.length == 24;
                default -> false;
              };
      case "system.posix_acl_access", "system.posix_acl_default" ->
          value.length >= 4 && value[0] == 2 && value.length % 8 == 4;
      default -> true;
    };
  }

  /** What an inode has and an image may hold; nothing where the file system has none. */
  static Map<String, byte[]> read(FileCalls calls, int dir, String name)
      throws SystemCallException {
    Map<String, byte[]> kept = new HashMap<>();
    for (String attribute : calls.listXattr(dir, name)) {
      if (isKept(attribute)) {
        byte[] value = calls.getXattr(dir, name, attribute);
        if (value != null) {
          kept.put(attribute, value);
        }
      }
    }
    return kept;
  }

  /** Sets what is kept; what the file system or the file's type cannot have is left out. */
  static void set(FileCalls calls, int dir, String name, Map<String, byte[]> xattrs)
      throws SystemCallException {
    for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
      setOne(xattr.getKey(), attribute -> calls.setXattr(dir, name, attribute, xattr.getValue()));
    }
  }

  /** Sets an attribute of an inode. */
  interface Setting {
    void set(String attribute) throws SystemCallException;
  }

  static void setOne(String attribute, Setting setting) throws SystemCallException {
    if (!isKept(attribute) || attribute.indexOf('\0') >= 0) {
      return;
    }
    try {
      setting.set(attribute);
    } catch (SystemCallException e) {
      boolean userOnSpecial = e.errno() == Errno.EPERM && attribute.startsWith("user.");
      if (e.errno() != Errno.EOPNOTSUPP && !userOnSpecial) {
        throw e;
      }
    }
  }
}
