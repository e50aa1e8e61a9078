package dev.varve.container.adapter.seal;

import dev.varve.container.application.Sealing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The engine's key, kept in a file that only its owner can read. Whoever loses it loses the sealed
 * values, whatever else is replayed; whoever deletes it shreds them. Thread-safe.
 */
public final class EngineKey implements Sealing {
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int ID_DIGITS = 16;

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec key;
  private final String id;

  private EngineKey(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, "AES");
    this.id = idOf(bytes);
  }

  /** Reads the key file, or makes it: first start of this engine. */
  public static EngineKey at(Path file) throws IOException {
    if (!Files.exists(file)) {
      make(file);
    }
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length != KEY_BYTES) {
      throw new IOException(file + " is not an engine key: " + bytes.length + " bytes");
    }
    return new EngineKey(bytes);
  }

  @Override
  public Box seal(byte[] plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      return new Box(id, nonce, cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot do AES-GCM", e);
    }
  }

  @Override
  public byte[] open(Box box) {
    if (!box.keyId().equals(id)) {
      throw new IllegalArgumentException(
          "sealed with key " + box.keyId() + ", but this engine has " + id);
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, box.nonce()).doFinal(box.ciphertext());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a sealed value was changed", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }

  /** Complete and durable before it has its name: a crash leaves no half a key. */
  private static void make(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException("no directory for " + file);
    }
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    Path draft = directory.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    try (FileChannel channel =
        FileChannel.open(
            draft,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(ByteBuffer.wrap(bytes));
      channel.force(true);
    }
    Files.move(draft, file);
    Arrays.fill(bytes, (byte) 0);
  }

  /** Tells keys apart without telling anything about them. */
  private static String idOf(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot do SHA-256", e);
    }
  }
}
