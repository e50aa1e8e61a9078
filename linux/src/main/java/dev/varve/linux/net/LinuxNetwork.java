package dev.varve.linux.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.varve.linux.Errno;
import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.function.IntConsumer;

/** {@link NetworkKernel} of the running kernel; needs CAP_SYS_ADMIN and CAP_NET_ADMIN. */
public final class LinuxNetwork implements NetworkKernel, AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final long MS_BIND = 0x1000;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;

  private static final int BATCH_BEGIN = 16;
  private static final int BATCH_END = 17;
  private static final int NFTABLES = 10;

  private static final MethodHandle UNSHARE =
      Native.bind("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle SETNS =
      Native.bind("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle MOUNT =
      Native.bind(
          "mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  private static final MethodHandle UMOUNT2 =
      Native.bind("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  private final NetworkCalls host;
  private final Queue<LinkNews> news = new ConcurrentLinkedQueue<>();

  public LinuxNetwork() throws SystemCallException {
    this.host = new RouteNetlink();
  }

  @Override
  public NetworkCalls host() {
    return host;
  }

  @Override
  public void createNamespace(Path pin, Inside inside) throws IOException {
    onItsOwnThread(() -> enterNew(pin, inside));
  }

  @Override
  public void inNamespace(Path pin, Inside inside) throws IOException {
    onItsOwnThread(() -> enter(pin, inside));
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static void onItsOwnThread(Work work) throws IOException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    // A thread that changed its namespace must not be used for anything else: it dies here.
    Thread.ofPlatform()
        .name("netns")
        .daemon()
        .start(() -> {
          try {
            work.run();
            done.complete(null);
          } catch (IOException | RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        });
    try {
      done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("working in a network namespace");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException("working in a network namespace", e.getCause());
    }
  }

  private void enterNew(Path pin, Inside inside) throws IOException {
    call("unshare", (arena, errno) -> (int) UNSHARE.invokeExact(errno, CLONE_NEWNET));
    Path own = Path.of("/proc/thread-self/ns/net");
    pin(own, pin);
    try (Descriptor namespace = Descriptor.open(own, Descriptor.O_RDONLY);
        NetworkCalls calls = new RouteNetlink()) {
      inside.run(calls, namespace.number());
    } catch (IOException | RuntimeException | Error e) {
      deleteNamespace(pin);
      throw e;
    }
  }

  private static void enter(Path pin, Inside inside) throws IOException {
    try (Descriptor namespace = Descriptor.open(pin, Descriptor.O_RDONLY)) {
      call(
          "setns " + pin,
          (arena, errno) -> (int) SETNS.invokeExact(errno, namespace.number(), CLONE_NEWNET));
      try (NetworkCalls calls = new RouteNetlink()) {
        inside.run(calls, namespace.number());
      }
    }
  }

  private static void pin(Path namespace, Path pin) throws IOException {
    try {
      Files.createFile(pin);
    } catch (FileAlreadyExistsException e) {
      // Left by a crash between the file and the mount, which then goes on top.
    }
    call(
        "mount " + pin,
        (arena, errno) ->
            (int)
                MOUNT.invokeExact(
                    errno,
                    arena.allocateFrom(namespace.toString()),
                    arena.allocateFrom(pin.toString()),
                    MemorySegment.NULL,
                    MS_BIND,
                    MemorySegment.NULL));
  }

  @Override
  public void deleteNamespace(Path pin) throws IOException {
    try {
      call(
          "umount " + pin,
          (arena, errno) ->
              (int)
                  UMOUNT2.invokeExact(
                      errno, arena.allocateFrom(pin.toString()), MNT_DETACH | UMOUNT_NOFOLLOW));
    } catch (SystemCallException e) {
      // EINVAL: nothing is mounted there.
      if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
    Files.deleteIfExists(pin);
  }

  @Override
  public boolean isNamespace(Path pin) {
    try {
      // An inode of nsfs shows itself as a file of another device than its directory's.
      Path directory = pin.toAbsolutePath().getParent();
      return directory != null
          && !Files.getAttribute(pin, "unix:dev").equals(Files.getAttribute(directory, "unix:dev"));
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void sysctl(String key, String value) throws IOException {
    Files.writeString(Path.of("/proc/sys").resolve(key), value);
  }

  @Override
  public void redirect(Redirection redirection) throws IOException {
    List<NetlinkMessage> transaction = new ArrayList<>();
    transaction.add(new NetlinkMessage(BATCH_BEGIN, 1).netfilter(0, NFTABLES));
    transaction.addAll(redirection.messages());
    transaction.add(new NetlinkMessage(BATCH_END, 1).netfilter(0, NFTABLES));
    try (Netlink rules = new Netlink(Netlink.NETFILTER)) {
      int error = rules.request(sequence -> together(transaction, sequence));
      if (error != 0) {
        throw new SystemCallException("redirect " + redirection.from(), error);
      }
    }
  }

  /** All of them bear the same sequence: the first answer to it is the transaction's. */
  private static byte[] together(List<NetlinkMessage> messages, int sequence) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    messages.forEach(message -> all.writeBytes(message.finish(sequence)));
    return all.toByteArray();
  }

  @Override
  public void firewall(String script) throws IOException {
    Process nft = new ProcessBuilder("nft", "-f", "-").redirectErrorStream(true).start();
    try (var input = nft.getOutputStream()) {
      input.write(script.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (nft.waitFor() != 0) {
        throw new IOException("nft refused the rules: " + output.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for nft");
    }
  }

  @Override
  public void watchLinks(IntConsumer disturbed) throws SystemCallException {
    news.add(new LinkNews(disturbed));
  }

  @FunctionalInterface
  private interface Call {
    int invoke(Arena arena, MemorySegment errno) throws Throwable;
  }

  private static void call(String what, Call call) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      if (call.invoke(arena, errno) != 0) {
        throw new SystemCallException(what, Native.errno(errno));
      }
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unreachable(e);
    }
  }

  @Override
  public void close() {
    news.forEach(LinkNews::close);
    host.close();
  }
}
