package dev.varve.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Serves a {@link HttpFront} at a unix socket.
 *
 * <p>Vert.x's own server on the engine's Vert.x, and not Quarkus's HTTP layer, because only so can
 * a handler stand before the codec from a connection's first byte, and the socket appear at its
 * path with owner and mode already right.
 */
public final class UnixListener implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(UnixListener.class);
  private static final int MAX_HEAD = 64 << 10;
  private static final int TIMEOUT_SECONDS = 10;

  private final HttpServer server;
  private final SocketFile file;

  private UnixListener(HttpServer server, SocketFile file) {
    this.server = server;
    this.file = file;
  }

  /**
   * Listens.
   *
   * @throws IOException when the path is taken, is no place for a socket, or cannot be bound
   */
  public static UnixListener open(Vertx vertx, HttpFront front, Path path) throws IOException {
    SocketFile file = SocketFile.claim(path);
    AtomicBoolean accepting = new AtomicBoolean();
    HttpServer server =
        vertx
            .createHttpServer(options())
            .connectionHandler(connection -> {
              Channel channel = ((ConnectionBase) connection).channel();
              channel.pipeline().addFirst(new RequestGate(Peer.UNKNOWN, Duration.ZERO));
              if (accepting.compareAndSet(false, true)) {
                acceptOn(channel.eventLoop(), channel.parent());
              }
            })
            .requestHandler(front::accept);
    try {
      server
          .listen(SocketAddress.domainSocketAddress(file.bindPath().toString()))
          .toCompletionStage()
          .toCompletableFuture()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      file.publish();
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("cannot listen at " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return new UnixListener(server, file);
  }

  /** Those of every listener. */
  static HttpServerOptions options() {
    return new HttpServerOptions()
        .setHttp2ClearTextEnabled(false)
        .setHandle100ContinueAutomatically(true)
        .setMaxInitialLineLength(MAX_HEAD)
        .setMaxHeaderSize(MAX_HEAD)
        .setMaxChunkSize(64 << 10)
        .setIdleTimeout(0);
  }

  /**
   * Moves the listener, which Vert.x gives a thread of its own, to the loop on which all its
   * connections are: a client's first request then waits for one thread to wake up, not for two.
   * Who connects meanwhile waits in the backlog.
   */
  private static void acceptOn(EventLoop loop, Channel listener) {
    listener
        .deregister()
        .addListener(_ ->
            loop.register(listener)
                .addListener(moved -> {
                  if (!moved.isSuccess() && listener.isOpen()) {
                    LOG.error("Nobody can connect any more", moved.cause());
                  }
                }));
  }

  @Override
  public void close() throws IOException {
    file.withdraw();
    try {
      server
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("cannot close the listener", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
