package dev.varve.image.adapter.archive;

import dev.varve.image.application.ImageArchives.ArchivedLayer;
import dev.varve.image.domain.Digest;

/** What became of one entry of an archive while the stream went by. */
sealed interface SpooledEntry {

  /** Text that may be JSON, held in memory. */
  @SuppressWarnings("ArrayRecordComponent") // never compared: the digest stands for the bytes
  record Document(byte[] bytes, Digest digest) implements SpooledEntry {}

  /** A well-formed tar, maybe compressed, in an ingest. */
  record Layer(ArchivedLayer layer) implements SpooledEntry {}

  /** Neither; nothing of it was kept. */
  record Refused(String why) implements SpooledEntry {}

  /** The clean name of another entry. */
  record Link(String target) implements SpooledEntry {}
}
