package dev.varve.image.adapter.archive;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.image.application.ImageArchives.ArchivedLayer;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds spooled entries by name, through links, or by the digest that was computed of them. */
final class ArchiveEntries {
  private static final int MAX_LINKS = 16;
  private static final String BLOBS = "blobs/sha256/";

  private final Map<String, SpooledEntry> byName;
  private final Map<Digest, SpooledEntry> byDigest = new HashMap<>();

  ArchiveEntries(Map<String, SpooledEntry> byName) {
    this.byName = byName;
    for (SpooledEntry entry : byName.values()) {
      switch (entry) {
        case SpooledEntry.Document document -> byDigest.put(document.digest(), document);
        case SpooledEntry.Layer layer -> byDigest.put(layer.layer().digest(), layer);
        case SpooledEntry.Refused refused -> {}
        case SpooledEntry.Link link -> {}
      }
    }
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  /**
   * @param given the name as the archive's own documents give it
   */
  byte[] document(String given) throws ArchiveRefusedException {
    String name = EntryNames.clean(given);
    return switch (find(name)) {
      case SpooledEntry.Document(byte[] bytes, Digest digest) -> {
        checkName(name, digest);
        yield bytes;
      }
      case SpooledEntry.Refused(String why) -> throw failedToLoad(name, why);
      case SpooledEntry.Layer layer -> throw failedToLoad(name, "not a JSON document");
      case SpooledEntry.Link link -> throw failedToLoad(name, "too many links");
      case null -> throw failedToLoad(name, "no such file");
    };
  }

  ArchivedLayer layer(String given) throws ArchiveRefusedException {
    String name = EntryNames.clean(given);
    return switch (find(name)) {
      case SpooledEntry.Layer(ArchivedLayer layer) -> {
        checkName(name, layer.digest());
        yield layer;
      }
      case SpooledEntry.Refused(String why) -> throw new ArchiveRefusedException(why);
      case SpooledEntry.Document document -> throw ArchiveRefusedException.invalidHeader();
      case SpooledEntry.Link link -> throw failedToLoad(name, "too many links");
      case null -> throw failedToLoad(name, "no such file");
    };
  }

  byte[] document(Descriptor descriptor) throws ArchiveRefusedException {
    if (byDigest.get(descriptor.digest()) instanceof SpooledEntry.Document(byte[] bytes, var d)) {
      checkSize(descriptor, bytes.length);
      return bytes;
    }
    throw unfit(descriptor);
  }

  ArchivedLayer layer(Descriptor descriptor) throws ArchiveRefusedException {
    if (byDigest.get(descriptor.digest()) instanceof SpooledEntry.Layer(ArchivedLayer layer)) {
      checkSize(descriptor, layer.size());
      return layer;
    }
    throw unfit(descriptor);
  }

  boolean has(Descriptor descriptor) {
    return byDigest.containsKey(descriptor.digest());
  }

  private @Nullable SpooledEntry find(String name) {
    SpooledEntry entry = byName.get(name);
    for (int i = 0; i < MAX_LINKS && entry instanceof SpooledEntry.Link(String target); i++) {
      entry = byName.get(target);
    }
    return entry;
  }

  /** A name that is a digest must tell the truth. */
  private static void checkName(String name, Digest actual) throws ArchiveRefusedException {
    if (name.startsWith(BLOBS) && !name.equals(BLOBS + actual.hex())) {
      throw new ArchiveRefusedException(
          "invalid archive: %s has the digest %s"
              .formatted(ArchiveRefusedException.quoted(name), actual));
    }
  }

  private static void checkSize(Descriptor descriptor, long actual) throws ArchiveRefusedException {
    if (descriptor.size() != actual) {
      throw new ArchiveRefusedException(
          "invalid archive: size of %s: expected %d, got %d"
              .formatted(descriptor.digest(), descriptor.size(), actual));
    }
  }

  /** Why a blob that a descriptor asks for cannot be had. */
  private ArchiveRefusedException unfit(Descriptor descriptor) {
    SpooledEntry named = find(BLOBS + descriptor.digest().hex());
    String why =
        switch (named) {
          case SpooledEntry.Refused(String reason) -> reason;
          case SpooledEntry.Document(byte[] bytes, Digest actual) -> "it has the digest " + actual;
          case SpooledEntry.Layer(ArchivedLayer layer) -> "it has the digest " + layer.digest();
          case SpooledEntry.Link link -> "too many links";
          case null -> "no such file";
        };
    return failedToLoad(descriptor.digest().value(), why);
  }

  private static ArchiveRefusedException failedToLoad(String name, String why) {
    return new ArchiveRefusedException(
        "invalid archive: failed to load %s: %s"
            .formatted(ArchiveRefusedException.quoted(name), why));
  }
}
