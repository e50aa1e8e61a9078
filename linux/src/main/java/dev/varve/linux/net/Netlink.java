package dev.varve.linux.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.varve.linux.Errno;
import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * A netlink socket. It keeps speaking to the network namespace of the thread that opened it,
 * whichever thread uses it.
 */
final class Netlink implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 02000000;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int HEADER = 16;
  private static final int BUFFER = 64 << 10;

  private static final MethodHandle SOCKET =
      Native.bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SEND =
      Native.bind("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle RECV =
      Native.bind("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle CLOSE =
      Native.bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final int socket;
  private int sequence;
  private int port;
  private boolean closed;

  /** Of routes, links and addresses. */
  static final int ROUTE = 0;

  /** Of packet rules. */
  static final int NETFILTER = 12;

  /** What is sent at once and acknowledged once, or refused. */
  interface Request {
    byte[] finish(int sequence);
  }

  /**
   * @param protocol {@link #ROUTE} or {@link #NETFILTER}
   */
  Netlink(int protocol) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      socket = (int) SOCKET.invokeExact(errno, AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
      if (socket < 0) {
        throw new SystemCallException("socket AF_NETLINK", Native.errno(errno));
      }
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unreachable(e);
    }
  }

  /** Sends a request with acknowledgement; answers the error number, 0 for success. */
  synchronized int request(Request message) throws SystemCallException {
    return exchange(message, ignored -> {});
  }

  /** Asks for a list; each item is the message after its header. */
  synchronized void dump(Request message, Consumer<ByteBuffer> item) throws SystemCallException {
    int error = exchange(message, item);
    if (error != 0) {
      throw new SystemCallException("netlink dump", error);
    }
  }

  /**
   * The kernel's number for this socket, by which it names who did something; 0 before the first
   * request.
   */
  synchronized int port() {
    return port;
  }

  private ByteBuffer receive(MemorySegment errno, MemorySegment in) throws Throwable {
    long length;
    do {
      length = (long) RECV.invokeExact(errno, socket, in, (long) BUFFER, 0);
    } while (length < 0 && Native.errno(errno) == Errno.EINTR);
    check(errno, length);
    return in.asSlice(0, length).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  private int exchange(Request message, Consumer<ByteBuffer> item) throws SystemCallException {
    sequence++;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      MemorySegment out = arena.allocateFrom(JAVA_BYTE, message.finish(sequence));
      check(errno, (long) SEND.invokeExact(errno, socket, out, out.byteSize(), 0));
      MemorySegment in = arena.allocate(BUFFER, 8);
      while (true) {
        ByteBuffer answer = receive(errno, in);
        while (answer.remaining() >= HEADER) {
          int start = answer.position();
          int size = answer.getInt(start);
          int type = answer.getShort(start + 4) & 0xffff;
          if (answer.getInt(start + 8) == sequence) {
            if (type == NLMSG_ERROR) {
              port = answer.getInt(start + 12);
              return -answer.getInt(start + HEADER);
            }
            if (type == NLMSG_DONE) {
              return 0;
            }
            item.accept(answer.slice(start + HEADER, size - HEADER).order(ByteOrder.nativeOrder()));
          }
          answer.position(Math.min(answer.limit(), start + ((size + 3) & ~3)));
        }
      }
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unreachable(e);
    }
  }

  private static void check(MemorySegment errno, long result) throws SystemCallException {
    if (result < 0) {
      throw new SystemCallException("netlink", Native.errno(errno));
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) CLOSE.invokeExact(Native.errnoBuffer(arena), socket);
    } catch (Throwable e) {
      throw Native.unreachable(e);
    }
  }
}
