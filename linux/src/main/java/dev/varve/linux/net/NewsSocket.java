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

/**
 * A socket on which the kernel tells of changes in the network namespace of the thread that made
 * it, and a thread of its own that listens.
 */
final class NewsSocket implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC_NONBLOCK = 3 | 02000000 | 04000;
  private static final int HEADER = 16;
  private static final int BUFFER = 64 << 10;

  private static final MethodHandle SOCKET =
      Native.bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle BIND =
      Native.bind("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

  private final Listener listener;
  private final Poller poller;

  /** Who listens. Called on the socket's thread, which may not wait long. */
  interface Listener {
    /**
     * @param sender the number of the socket whose request made the kernel tell it
     * @param body the message after its header
     */
    void message(int type, int sender, ByteBuffer body);

    /** There was more to tell than the socket holds. */
    void lost();
  }

  /**
   * @param name of the thread
   * @param protocol {@link Netlink#ROUTE} or {@link Netlink#NETFILTER}
   * @param groups what to be told of, a bit each
   */
  NewsSocket(String name, int protocol, int groups, Listener listener) throws SystemCallException {
    this.listener = listener;
    Descriptor socket = open(protocol, groups);
    this.poller = new Poller(name);
    poller.watch(socket, this::readable);
  }

  private static Descriptor open(int protocol, int groups) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      int socket = (int) SOCKET.invokeExact(errno, AF_NETLINK, SOCK_RAW_CLOEXEC_NONBLOCK, protocol);
      if (socket < 0) {
        throw new SystemCallException("socket AF_NETLINK", Native.errno(errno));
      }
      Descriptor descriptor = Descriptor.of(socket);
      MemorySegment address = arena.allocate(12, 4);
      address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
      address.set(JAVA_INT, 8, groups);
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
      listener.lost();
      return true;
    }
  }

  private void messages(ByteBuffer in) {
    while (in.remaining() >= HEADER) {
      int start = in.position();
      int size = in.getInt(start);
      if (size < HEADER || start + size > in.limit()) {
        return;
      }
      listener.message(
          in.getShort(start + 4) & 0xffff,
          in.getInt(start + 12),
          in.slice(start + HEADER, size - HEADER).order(ByteOrder.nativeOrder()));
      in.position(Math.min(in.limit(), start + ((size + 3) & ~3)));
    }
  }

  @Override
  public void close() {
    poller.close();
  }
}
