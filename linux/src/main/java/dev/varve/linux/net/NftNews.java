package dev.varve.linux.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.varve.linux.Errno;
import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.Poller;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** What the kernel tells of transactions on inet tables that another socket than ours made. */
final class NftNews implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC_NONBLOCK = 3 | 02000000 | 04000;
  private static final int GROUP_NFTABLES = 1 << 6;
  private static final int NEW_GENERATION = 15;
  private static final int GENERATION_ID = 1;
  private static final int NAME_OF_TABLE = 1;
  private static final int HEADER = 16;
  private static final int FIXED = 4;
  private static final int BUFFER = 64 << 10;
  private static final int UNKNOWN_GENERATION = -1;

  private static final MethodHandle SOCKET =
      Native.bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle BIND =
      Native.bind("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

  private final int ownPort;
  private final BiConsumer<Predicate<String>, Integer> listener;
  private final Poller poller;
  private Set<String> touched = new HashSet<>();

  /**
   * @param ownPort of the socket whose transactions are no news
   * @param listener gets which tables it is about and the number of the generation that changed
   *     them
   */
  NftNews(int ownPort, BiConsumer<Predicate<String>, Integer> listener) throws SystemCallException {
    this.ownPort = ownPort;
    this.listener = listener;
    Descriptor socket = open();
    this.poller = new Poller("nft-news");
    poller.watch(socket, this::readable);
  }

  private static Descriptor open() throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      int socket =
          (int) SOCKET.invokeExact(errno, AF_NETLINK, SOCK_RAW_CLOEXEC_NONBLOCK, Netlink.NETFILTER);
      if (socket < 0) {
        throw new SystemCallException("socket AF_NETLINK", Native.errno(errno));
      }
      Descriptor descriptor = Descriptor.of(socket);
      MemorySegment address = arena.allocate(12, 4);
      address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
      address.set(JAVA_INT, 8, GROUP_NFTABLES);
      if ((int) BIND.invokeExact(errno, socket, address, 12) != 0) {
        descriptor.close();
        throw new SystemCallException("bind AF_NETLINK", Native.errno(errno));
      }
      return descriptor;
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unreachable(e);
    }
  }

  private boolean readable(Descriptor socket) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER, 8);
      int length = socket.read(buffer);
      while (length > 0) {
        byte[] bytes = buffer.asSlice(0, length).toArray(JAVA_BYTE);
        messages(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
        length = socket.read(buffer);
      }
      return true;
    } catch (SystemCallException e) {
      if (e.errno() != Errno.ENOBUFS) {
        return false;
      }
      // Some news was lost: any table may have changed.
      listener.accept(_ -> true, UNKNOWN_GENERATION);
      return true;
    }
  }

  private void messages(ByteBuffer in) {
    while (in.remaining() >= HEADER + FIXED) {
      int start = in.position();
      int size = in.getInt(start);
      int type = in.getShort(start + 4) & 0xffff;
      if (size < HEADER + FIXED || start + size > in.limit()) {
        return;
      }
      ByteBuffer body = in.slice(start + HEADER, size - HEADER).order(ByteOrder.nativeOrder());
      if (type == (NftBatch.SUBSYSTEM | NEW_GENERATION)) {
        ended(generationIn(body));
      } else if (type >> 8 == NftBatch.SUBSYSTEM >> 8
          && in.getInt(start + 12) != ownPort
          && body.get(0) == NftBatch.FAMILY_INET) {
        touched.add(nameIn(body));
      }
      in.position(Math.min(in.limit(), start + ((size + 3) & ~3)));
    }
  }

  private void ended(int generation) {
    if (!touched.isEmpty()) {
      Set<String> tables = touched;
      touched = new HashSet<>();
      listener.accept(tables::contains, generation);
    }
  }

  /** Every message about a table, or something in it, names the table first. */
  private static String nameIn(ByteBuffer body) {
    int at = attribute(body, NAME_OF_TABLE);
    if (at < 0) {
      return "";
    }
    byte[] name = new byte[(body.getShort(at) & 0xffff) - 5];
    body.get(at + 4, name);
    return new String(name, StandardCharsets.US_ASCII);
  }

  /**
   * @param body of a message that tells of a generation, after its header
   */
  static int generationIn(ByteBuffer body) {
    int at = attribute(body, GENERATION_ID);
    return at < 0
        ? UNKNOWN_GENERATION
        : body.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(at + 4);
  }

  private static int attribute(ByteBuffer body, int wanted) {
    int at = FIXED;
    while (at + 4 <= body.limit()) {
      int length = body.getShort(at) & 0xffff;
      if (length < 4 || at + length > body.limit()) {
        return -1;
      }
      if ((body.getShort(at + 2) & 0x3fff) == wanted) {
        return at;
      }
      at += (length + 3) & ~3;
    }
    return -1;
  }

  @Override
  public void close() {
    poller.close();
  }
}
