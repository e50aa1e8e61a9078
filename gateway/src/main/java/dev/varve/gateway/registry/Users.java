package dev.varve.gateway.registry;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jboss.logging.Logger;

/**
 * Users and their passwords: a file as {@code htpasswd -B} writes it, read again when it changed.
 * What was right once is remembered, as a keyed hash, while the user's line stays the same: a push
 * is many requests, and bcrypt is slow on purpose. Any thread.
 */
public final class Users {
  private static final Logger LOG = Logger.getLogger(Users.class);
  private static final Pattern NAME = Pattern.compile("[!-9;-~]{1,128}");
  private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$[0-9]{2}\\$[./A-Za-z0-9]{53}");

  /** Beyond it one login would take minutes. */
  private static final int MAX_COST = 16;

  private static final int REMEMBERED = 1000;

  /** No password has this hash; checked in vain when there is no such user, to take as long. */
  private static final String NOBODY =
      "$2y$10$" + "abcdefghijklmnopqrstuu" + "abcdefghijklmnopqrstuvwxyzabcde";

  private final Path file;
  private final SecretKeySpec key;
  private final Semaphore checks = new Semaphore(2, true);

  /** Guards what follows it; never held while a password is checked. */
  private final Object lock = new Object();

  private FileTime readAt;
  private Map<String, String> hashes;
  private final Map<String, Boolean> right =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  private Users(Path file, FileTime readAt, Map<String, String> hashes) {
    this.file = file;
    this.readAt = readAt;
    this.hashes = hashes;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
  }

  /**
   * Reads the file.
   *
   * @throws IOException with a text for the operator
   */
  public static Users of(Path file) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    return new Users(file, time, read(file));
  }

  /** Whether there is such a user with such a password. Takes as long whether there is or not. */
  boolean areRight(String user, String password) {
    String hash = hashOf(user);
    String proof = proof(user, password, hash);
    synchronized (lock) {
      if (right.containsKey(proof)) {
        return true;
      }
    }
    checks.acquireUninterruptibly();
    boolean verified;
    try {
      verified =
          BCrypt.verifyer(
                  BCrypt.Version.VERSION_2A,
                  LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A))
              .verify(
                  password.getBytes(StandardCharsets.UTF_8),
                  hash.getBytes(StandardCharsets.US_ASCII))
              .verified;
    } finally {
      checks.release();
    }
    if (!verified || hash.equals(NOBODY)) {
      return false;
    }
    synchronized (lock) {
      right.put(proof, true);
    }
    return true;
  }

  private String hashOf(String user) {
    synchronized (lock) {
      try {
        FileTime now = Files.getLastModifiedTime(file);
        if (!now.equals(readAt)) {
          hashes = read(file);
          readAt = now;
          right.clear();
        }
      } catch (IOException e) {
        LOG.errorf("users stay as they were: %s", e.getMessage());
      }
      return hashes.getOrDefault(user, NOBODY);
    }
  }

  /** Found in a map by a keyed hash: how long that takes says nothing of the password. */
  private String proof(String user, String password, String hash) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      for (String part : new String[] {user, hash, password}) {
        mac.update(part.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) 0);
      }
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private static Map<String, String> read(Path file) throws IOException {
    Map<String, String> hashes = new HashMap<>();
    int number = 0;
    for (String raw : Files.readAllLines(file)) {
      String line = raw.strip();
      number++;
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon);
      String hash = colon < 0 ? "" : line.substring(colon + 1);
      if (!NAME.matcher(name).matches() || !HASH.matcher(hash).matches() || cost(hash) > MAX_COST) {
        throw new IOException(
            "%s, line %d: not NAME:HASH with a bcrypt hash of cost %d at most, as 'htpasswd -B' makes it"
                .formatted(file, number, MAX_COST));
      }
      hashes.put(name, hash);
    }
    return Map.copyOf(hashes);
  }

  private static int cost(String hash) {
    return Integer.parseInt(hash.substring(4, 6));
  }
}
