package dev.varve.gateway.http;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection on which HTTP/2 goes on, for gRPC: with this end as the server, or with the client
 * of HTTP as the server of gRPC. gRPC's own transport does the protocol, behind a {@link Tunnel}.
 */
public final class GrpcConnection {
  private static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final int MAX_METADATA_BYTES = 64 << 10;
  private static final int MAX_CALLS = 128;

  /** gRPC closes a connection without calls; this one cannot be made again. */
  private static final long IDLE_DAYS = 1000;

  private static final Executor VIRTUAL = Executors.newVirtualThreadPerTaskExecutor();

  private final StreamConnection connection;

  GrpcConnection(StreamConnection connection) {
    this.connection = connection;
  }

  /** Serves the client's calls, on virtual threads, until it is gone. */
  public void serve(List<ServerServiceDefinition> services)
      throws IOException, InterruptedException {
    LocalAddress address = Tunnel.newAddress();
    Server server =
        NettyServerBuilder.forAddress(address)
            .channelType(LocalServerChannel.class)
            .bossEventLoopGroup(Tunnel.Loop.GROUP)
            .workerEventLoopGroup(Tunnel.Loop.GROUP)
            .executor(VIRTUAL)
            .maxConcurrentCallsPerConnection(MAX_CALLS)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .addServices(services)
            .build()
            .start();
    try {
      Channel channel =
          new Bootstrap()
              .group(Tunnel.Loop.GROUP)
              .channel(LocalChannel.class)
              .handler(new Tunnel(connection))
              .connect(address)
              .sync()
              .channel();
      channel.closeFuture().await();
    } finally {
      server.shutdownNow();
    }
  }

  /** What to do while the other end serves. */
  @FunctionalInterface
  public interface Use {
    /** The channel is good for calls until {@code gone} is counted down. */
    void use(io.grpc.Channel channel, CountDownLatch gone)
        throws InterruptedException, StatusException;
  }

  /** Calls the client, which serves on this connection; returns when the use does. */
  public void call(Use use) throws InterruptedException, StatusException {
    LocalAddress address = Tunnel.newAddress();
    CountDownLatch gone = new CountDownLatch(1);
    AtomicBoolean taken = new AtomicBoolean();
    Channel door =
        new ServerBootstrap()
            .group(Tunnel.Loop.GROUP)
            .channel(LocalServerChannel.class)
            .childHandler(
                new ChannelInitializer<LocalChannel>() {
                  @Override
                  protected void initChannel(LocalChannel channel) {
                    if (taken.getAndSet(true)) {
                      channel.close();
                      return;
                    }
                    channel.pipeline().addLast(new Tunnel(connection));
                    channel.closeFuture().addListener(_ -> gone.countDown());
                  }
                })
            .bind(address)
            .sync()
            .channel();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address)
            .channelType(LocalChannel.class, LocalAddress.class)
            .eventLoopGroup(Tunnel.Loop.GROUP)
            .usePlaintext()
            .overrideAuthority("localhost")
            .executor(VIRTUAL)
            .disableRetry()
            .idleTimeout(IDLE_DAYS, TimeUnit.DAYS)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .build();
    try {
      // Connects now: who only reads learns that the client is gone.
      var _ = channel.getState(true);
      use.use(channel, gone);
    } finally {
      channel.shutdownNow();
      door.close();
    }
  }
}
