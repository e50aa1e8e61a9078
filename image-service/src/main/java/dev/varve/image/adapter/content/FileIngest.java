package dev.varve.image.adapter.content;

import dev.varve.image.application.ContentStore;
import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A file that is hashed while it is written; keeps no descriptor once finished. */
final class FileIngest implements ContentStore.Ingest {
  private final Path path;
  private final FileChannel channel;
  private final MessageDigest hash = Digest.sha256();
  private long size;
  private @Nullable Digest digest;

  FileIngest(Path path) throws IOException {
    this.path = path;
    this.channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    hash.update(bytes, offset, length);
    size += length;
  }

  @Override
  public void finish() throws IOException {
    if (digest == null) {
      channel.close();
      digest = Digest.of(hash);
    }
  }

  @Override
  public Digest digest() {
    if (digest == null) {
      throw new IllegalStateException("the ingest is not finished");
    }
    return digest;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void abort() throws IOException {
    channel.close();
    Files.deleteIfExists(path);
  }

  Path path() {
    return path;
  }

  void sync() throws IOException {
    try (FileChannel reopened = FileChannel.open(path, StandardOpenOption.WRITE)) {
      reopened.force(true);
    }
  }
}
