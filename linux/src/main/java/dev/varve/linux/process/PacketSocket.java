package dev.varve.linux.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The connecting side of a unix SOCK_SEQPACKET socket, which the JDK does not have. */
public final class PacketSocket {
  private static final short AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int SOCK_NONBLOCK = 04000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SHUT_WR = 1;
  private static final int ADDRESS_BYTES = 110;
  private static final int SOL_SOCKET = 1;
  private static final int SO_TYPE = 3;
  private static final int SO_ACCEPTCONN = 30;
  private static final int SO_SNDBUFFORCE = 32;

  private static final MethodHandle SOCKET =
      Native.bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CONNECT =
      Native.bind("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SEND =
      Native.bind("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle SHUTDOWN =
      Native.bind("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

  private static final MethodHandle GETSOCKOPT =
      Native.bind(
          "getsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle SETSOCKOPT =
      Native.bind(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

  private PacketSocket() {}

  /**
   * Connects to a socket at a path of any length: reached through a descriptor of its directory,
   * because a socket address has room for 107 bytes only.
   *
   * @return a non-blocking descriptor
   */
  public static Descriptor connect(Path path) throws SystemCallException {
    Descriptor socket =
        new Descriptor(
            (int)
                Syscall.run(
                    "socket",
                    (arena, errno) ->
                        (int)
                            SOCKET.invokeExact(
                                errno,
                                (int) AF_UNIX,
                                SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
                                0)));
    Path parent = path.toAbsolutePath().getParent();
    try (Descriptor directory =
        Descriptor.open(parent == null ? Path.of("/") : parent, Descriptor.O_PATH)) {
      byte[] name =
          ("/proc/self/fd/" + directory.number() + "/" + path.getFileName() + "\0")
              .getBytes(StandardCharsets.UTF_8);
      Syscall.run(
          "connect " + path,
          (arena, errno) -> {
            MemorySegment address = arena.allocate(ADDRESS_BYTES, 2);
            address.set(JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
            return (int) CONNECT.invokeExact(errno, socket.number(), address, ADDRESS_BYTES);
          });
      return socket;
    } catch (SystemCallException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends one packet.
   *
   * @return false when the peer has no room now
   */
  public static boolean send(Descriptor socket, byte[] data, int offset, int length)
      throws SystemCallException {
    return Descriptor.orWouldBlock(
            "send",
            Syscall.tryRun((arena, errno) -> {
              MemorySegment packet = arena.allocate(length);
              MemorySegment.copy(data, offset, packet, JAVA_BYTE, 0, length);
              return (long)
                  SEND.invokeExact(errno, socket.number(), packet, (long) length, MSG_NOSIGNAL);
            }))
        != Descriptor.WOULD_BLOCK;
  }

  /** The peer sees the end of our packets; its own still arrive. */
  public static void shutdownOutput(Descriptor socket) throws SystemCallException {
    Syscall.run(
        "shutdown", (arena, errno) -> (int) SHUTDOWN.invokeExact(errno, socket.number(), SHUT_WR));
  }

  /** Whether this is a connection of the kind that is made here, seen from either end. */
  public static boolean isConnection(Descriptor socket) throws SystemCallException {
    return option(socket, SO_TYPE) == SOCK_SEQPACKET && option(socket, SO_ACCEPTCONN) == 0;
  }

  private static int option(Descriptor socket, int option) throws SystemCallException {
    int[] value = new int[1];
    Syscall.run(
        "getsockopt",
        (arena, errno) -> {
          MemorySegment out = arena.allocate(JAVA_INT);
          MemorySegment size = arena.allocateFrom(JAVA_INT, (int) JAVA_INT.byteSize());
          int result =
              (int) GETSOCKOPT.invokeExact(errno, socket.number(), SOL_SOCKET, option, out, size);
          value[0] = out.get(JAVA_INT, 0);
          return result;
        });
    return value[0];
  }

  /** Lets so many bytes be on the way from this end, beyond the bound for ordinary users. */
  public static void enlargeSendBuffer(Descriptor socket, int bytes) throws SystemCallException {
    Syscall.run(
        "setsockopt",
        (arena, errno) ->
            (int)
                SETSOCKOPT.invokeExact(
                    errno,
                    socket.number(),
                    SOL_SOCKET,
                    SO_SNDBUFFORCE,
                    arena.allocateFrom(JAVA_INT, bytes),
                    (int) JAVA_INT.byteSize()));
  }
}
