package dev.varve.gateway.buildkit;

import com.google.protobuf.ByteString;
import dev.varve.api.buildkit.session.Packet;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes a directory from a client, file after file in the client's order. The client tells all its
 * files without being asked; contents are asked for, small ones some time ahead so that not each
 * costs a way there and back. What was asked for ahead is held in memory, within bounds; all else
 * is read as it comes. One thread.
 */
final class FileReceiver {
  /** Of memory, for files that were told and whose turn has not come. */
  private static final int SHARE_OF_MEMORY = 4;

  /** What the memory holds of a file besides its name. */
  private static final int BYTES_OF_A_FILE = 256;

  /** More and the client would stop reading until its own answers are read. */
  private static final int MOST_AHEAD = 64;

  private static final long SMALL = 64 << 10;
  private static final long BYTES_AHEAD = 4 << 20;

  private final BlockingClientCall<Packet, Packet> call;
  private final long mostTold;
  private final Deque<Arriving> waiting = new ArrayDeque<>();

  /** Of those that wait, files whose contents were not asked for. */
  private final Deque<Arriving> unasked = new ArrayDeque<>();

  private final Map<Integer, Arriving> asked = new HashMap<>();
  private @Nullable Arriving current;
  private int count;
  private long told;
  private long ahead;
  private boolean allTold;

  FileReceiver(BlockingClientCall<Packet, Packet> call) {
    this(call, Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY);
  }

  /**
   * @param mostTold bytes that files may need whose turn has not come
   */
  FileReceiver(BlockingClientCall<Packet, Packet> call, long mostTold) {
    this.call = call;
    this.mostTold = mostTold;
  }

  private static final class Arriving {
    private final int id;
    private final SyncedFile file;
    private final Deque<ByteString> parts = new ArrayDeque<>(1);
    private long left;
    private boolean ended;

    private Arriving(int id, SyncedFile file) {
      this.id = id;
      this.file = file;
      this.left = file.size();
    }

    private long bytes() {
      return BYTES_OF_A_FILE + 2L * file.path().length() + 2L * file.stat().getLinkName().size();
    }
  }

  /**
   * The next file; what was not read of the last one's content is forgotten.
   *
   * @return empty when there are no more
   */
  Optional<SyncedFile> next() throws IOException, InterruptedException {
    finishCurrent();
    while (waiting.isEmpty() && !allTold) {
      pump();
    }
    Arriving next = waiting.poll();
    if (next == null) {
      return Optional.empty();
    }
    told -= next.bytes();
    if (unasked.peek() == next) {
      unasked.remove();
      if (next.file.size() > 0) {
        ask(next);
      } else {
        next.ended = true;
      }
    }
    current = next;
    askAhead();
    return Optional.of(next.file);
  }

  /** Of the last file, as many bytes as was said when it was told, or less if it is shorter now. */
  InputStream content() {
    Arriving file = current;
    if (file == null) {
      throw new IllegalStateException("there is no file");
    }
    return new Content(file);
  }

  /** Ends the transfer well. */
  void finish() throws IOException, InterruptedException {
    send(Packet.newBuilder().setType(Packet.Type.FIN));
    try {
      Packet packet = call.read();
      while (packet != null && packet.getType() != Packet.Type.FIN) {
        packet = call.read();
      }
      call.halfClose();
      while (packet != null) {
        packet = call.read();
      }
    } catch (StatusException e) {
      throw failure(e);
    }
  }

  private void finishCurrent() throws IOException, InterruptedException {
    Arriving last = current;
    if (last != null) {
      last.parts.clear();
      while (!last.ended) {
        pump();
        last.parts.clear();
      }
      if (last.file.size() <= SMALL) {
        ahead -= last.file.size();
      }
      current = null;
    }
  }

  private void askAhead() throws IOException, InterruptedException {
    while (!unasked.isEmpty() && asked.size() < MOST_AHEAD) {
      Arriving file = unasked.element();
      if (file.file.size() > SMALL || ahead + file.file.size() > BYTES_AHEAD) {
        return;
      }
      unasked.remove();
      if (file.file.size() == 0) {
        file.ended = true;
      } else {
        ask(file);
      }
    }
  }

  private void ask(Arriving file) throws IOException, InterruptedException {
    if (file.file.size() <= SMALL) {
      ahead += file.file.size();
    }
    asked.put(file.id, file);
    send(Packet.newBuilder().setType(Packet.Type.REQUEST).setId(file.id));
  }

  private void send(Packet.Builder packet) throws IOException, InterruptedException {
    try {
      if (!call.write(packet.build())) {
        throw new IOException("the client ended the transfer of its files");
      }
    } catch (StatusException e) {
      throw failure(e);
    }
  }

  /** Takes one packet. */
  private void pump() throws IOException, InterruptedException {
    Packet packet;
    try {
      packet = call.read();
    } catch (StatusException e) {
      throw failure(e);
    }
    if (packet == null) {
      throw new IOException("the client ended the transfer of its files");
    }
    switch (packet.getType()) {
      case STAT -> told(packet);
      case DATA -> arrived(packet);
      case ERROR -> throw new IOException("error from sender: " + packet.getData().toStringUtf8());
      case REQUEST, FIN, UNRECOGNIZED ->
          throw new IOException("the client broke the protocol for files");
    }
  }

  private void told(Packet packet) throws IOException, InterruptedException {
    if (!packet.hasStat()) {
      allTold = true;
      return;
    }
    Arriving file = new Arriving(count, SyncedFile.of(packet.getStat()));
    count++;
    told += file.bytes();
    if (told > mostTold) {
      throw new IOException("too many files at once: name some in .dockerignore");
    }
    waiting.add(file);
    if (file.file.kind() == SyncedFile.Kind.FILE) {
      unasked.add(file);
      askAhead();
    } else {
      file.ended = true;
    }
  }

  /** A file that grew meanwhile is as long as it was. */
  private void arrived(Packet packet) throws IOException {
    Arriving file = asked.get(packet.getId());
    if (file == null) {
      throw new IOException("the client sent a file that nobody asked for");
    }
    ByteString data = packet.getData();
    if (data.isEmpty()) {
      file.ended = true;
      asked.remove(file.id);
    } else if (file.left > 0) {
      ByteString kept = data.substring(0, (int) Math.min(data.size(), file.left));
      file.left -= kept.size();
      file.parts.add(kept);
    }
  }

  private static IOException failure(StatusException e) {
    return new IOException(Faults.text(e.getStatus()), e);
  }

  private final class Content extends InputStream {
    private final Arriving file;
    private ByteString part = ByteString.EMPTY;
    private int at;

    private Content(Arriving file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (at == part.size()) {
        ByteString next = nextPart();
        if (next == null) {
          return -1;
        }
        part = next;
        at = 0;
      }
      int taken = Math.min(length, part.size() - at);
      part.substring(at, at + taken).copyTo(buffer, offset);
      at += taken;
      return taken;
    }

    private @Nullable ByteString nextPart() throws IOException {
      try {
        while (file.parts.isEmpty() && !file.ended) {
          pump();
        }
        return file.parts.poll();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a file came");
      }
    }
  }
}
