package dev.varve.image.adapter.tree;

import dev.varve.image.application.build.FileNode;
import dev.varve.image.application.build.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.NavigableMap;

/** A tree whose files' bytes stand one behind the other in one file. */
final class SpooledTree implements FileTree {
  private final NavigableMap<String, FileNode> nodes;
  private final Path spool;
  private final FileChannel channel;
  private final NameBudget.Share names;

  SpooledTree(
      NavigableMap<String, FileNode> nodes,
      Path spool,
      FileChannel channel,
      NameBudget.Share names) {
    this.names = names;
    this.nodes = Collections.unmodifiableNavigableMap(nodes);
    this.spool = spool;
    this.channel = channel;
  }

  @Override
  public NavigableMap<String, FileNode> nodes() {
    return nodes;
  }

  @Override
  public InputStream open(FileNode file) {
    return new Part(channel, file.offset(), file.size());
  }

  @Override
  public void close() {
    names.close();
    try {
      channel.close();
      Files.deleteIfExists(spool);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Some bytes of the spool; any number of them may be read at the same time. */
  private static final class Part extends InputStream {
    private final FileChannel channel;
    private long at;
    private final long end;

    private Part(FileChannel channel, long offset, long size) {
      this.channel = channel;
      this.at = offset;
      this.end = offset + size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (at >= end) {
        return -1;
      }
      int wanted = (int) Math.min(length, end - at);
      int count = channel.read(ByteBuffer.wrap(target, offset, wanted), at);
      if (count < 0) {
        throw new IOException("the spooled file is shorter than its tree");
      }
      at += count;
      return count;
    }
  }
}
