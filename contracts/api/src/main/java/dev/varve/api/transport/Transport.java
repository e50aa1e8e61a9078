package dev.varve.api.transport;

import io.grpc.BindableService;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens servers and channels for {@link ServiceAddress}es. Handlers and callbacks run on virtual
 * threads, so they may block; except handlers that say they need not, see {@link NonBlocking}.
 */
public final class Transport {
  /** Larger payloads are streamed in chunks; this bounds what one message can make us hold. */
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private static final int RECONNECT_MILLIS = 200;

  private static final Executor VIRTUAL = Executors.newVirtualThreadPerTaskExecutor();

  private Transport() {}

  /**
   * Starts a server whose calls carry a {@link CallContext}. A socket's directory is made when it
   * is missing; the socket itself is for the user of this process alone.
   */
  public static Server serve(ServiceAddress address, BindableService... services) {
    ServerBuilder<?> builder =
        switch (address) {
          case ServiceAddress.InProcess(String name) -> InProcessServerBuilder.forName(name);
          case ServiceAddress.UnixSocket(Path path) -> unixServer(path);
        };
    Set<String> nonBlocking = nonBlockingMethods(services);
    builder
        .directExecutor()
        .callExecutor(onVirtualThreads(nonBlocking))
        .intercept(CallContext.serverInterceptor())
        .maxInboundMessageSize(MAX_MESSAGE_BYTES);
    for (BindableService service : services) {
      builder.addService(service);
    }
    try {
      Server server = builder.build().start();
      if (address instanceof ServiceAddress.UnixSocket(Path path)) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen at " + address, e);
    }
  }

  /** Connects lazily and reconnects by itself: the server may start later than its clients. */
  public static ManagedChannel connect(ServiceAddress address) {
    return switch (address) {
      case ServiceAddress.InProcess(String name) ->
          InProcessChannelBuilder.forName(name)
              .executor(VIRTUAL)
              .maxInboundMessageSize(MAX_MESSAGE_BYTES)
              .build();
      case ServiceAddress.UnixSocket(Path path) -> {
        ManagedChannel channel =
            NettyChannelBuilder.forAddress(new DomainSocketAddress(path.toFile()))
                .channelType(EpollDomainSocketChannel.class)
                .eventLoopGroup(EventLoops.CLIENTS)
                .usePlaintext()
                .overrideAuthority("localhost")
                .executor(VIRTUAL)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .build();
        reconnectSoon(channel);
        yield channel;
      }
    };
  }

  /**
   * By itself a channel waits longer and longer, up to two minutes, for a server that is away, and
   * fails all calls meanwhile. One on this machine costs nothing to ask again, and who holds a
   * lease has seconds to be back.
   */
  private static void reconnectSoon(ManagedChannel channel) {
    ConnectivityState state = channel.getState(false);
    if (state == ConnectivityState.TRANSIENT_FAILURE) {
      CompletableFuture.delayedExecutor(RECONNECT_MILLIS, TimeUnit.MILLISECONDS, VIRTUAL)
          .execute(() -> {
            channel.resetConnectBackoff();
            reconnectSoon(channel);
          });
    } else if (state != ConnectivityState.SHUTDOWN) {
      channel.notifyWhenStateChanged(state, () -> reconnectSoon(channel));
    }
  }

  private static Set<String> nonBlockingMethods(BindableService... services) {
    Set<String> names = new HashSet<>();
    for (BindableService service : services) {
      if (service instanceof NonBlocking some) {
        some.nonBlockingMethods().forEach(method -> names.add(method.getFullMethodName()));
      }
    }
    return names;
  }

  /** All calls but these, which stay where they come in. */
  private static ServerCallExecutorSupplier onVirtualThreads(Set<String> nonBlocking) {
    return new ServerCallExecutorSupplier() {
      @Override
      public <Q, A> @Nullable Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
        return nonBlocking.contains(call.getMethodDescriptor().getFullMethodName())
            ? null
            : VIRTUAL;
      }
    };
  }

  private static NettyServerBuilder unixServer(Path path) {
    try {
      Path directory = path.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot replace the socket " + path, e);
    }
    return NettyServerBuilder.forAddress(new DomainSocketAddress(path.toFile()))
        .channelType(EpollServerDomainSocketChannel.class)
        .bossEventLoopGroup(EventLoops.SERVERS)
        .workerEventLoopGroup(EventLoops.SERVERS);
  }

  /** Made on first use: an engine in one JVM needs no event loops for its own calls. */
  private static final class EventLoops {
    static final EventLoopGroup CLIENTS = new EpollEventLoopGroup(1);
    static final EventLoopGroup SERVERS = new EpollEventLoopGroup(1);

    private EventLoops() {}
  }
}
