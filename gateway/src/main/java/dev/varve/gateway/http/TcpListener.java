package dev.varve.gateway.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Serves a {@link HttpFront} at a TCP address, with or without TLS: the same guarded HTTP/1.1 as at
 * the unix socket, for strangers: connections are bounded in number, and in the time for which they
 * may be silent.
 */
public final class TcpListener implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 10;
  private static final int MAX_CONNECTIONS = 1000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Until what was sent must have arrived: a client that reads no more is let go. */
  private static final int STALL_SECONDS = 60;

  private final HttpServer server;

  private TcpListener(HttpServer server) {
    this.server = server;
  }

  /**
   * Where to listen.
   *
   * @param port 0 for any
   */
  public record Address(String host, int port) {}

  /**
   * Files in PEM.
   *
   * @param clientAuthority vouches for clients, who may then show a certificate, but need not
   */
  public record Tls(Path certificate, Path key, Optional<Path> clientAuthority) {}

  /**
   * Listens.
   *
   * @throws IOException when the address cannot be had or a file is no good
   */
  public static TcpListener open(Vertx vertx, HttpFront front, Address address, Optional<Tls> tls)
      throws IOException {
    HttpServerOptions options =
        UnixListener.options().setTcpKeepAlive(true).setTcpUserTimeout(STALL_SECONDS * 1000);
    tls.ifPresent(files -> secure(options, files));
    AtomicInteger connections = new AtomicInteger();
    HttpServer server =
        vertx
            .createHttpServer(options)
            .connectionHandler(connection -> guard(connection, connections))
            .requestHandler(front::accept);
    try {
      server
          .listen(SocketAddress.inetSocketAddress(address.port(), address.host()))
          .toCompletionStage()
          .toCompletableFuture()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(
          "cannot listen at %s:%d: %s"
              .formatted(address.host(), address.port(), String.valueOf(e.getCause())),
          e);
    } catch (TimeoutException e) {
      throw new IOException("cannot listen at %s in time".formatted(address), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return new TcpListener(server);
  }

  private static void secure(HttpServerOptions options, Tls files) {
    options
        .setSsl(true)
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setCertPath(files.certificate().toString())
                .setKeyPath(files.key().toString()));
    files
        .clientAuthority()
        .ifPresent(authority ->
            options
                .setClientAuth(ClientAuth.REQUEST)
                .setTrustOptions(new PemTrustOptions().addCertPath(authority.toString())));
  }

  private static void guard(HttpConnection connection, AtomicInteger connections) {
    ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
    Peer peer =
        new Peer.Remote(
            connection.remoteAddress().hostAddress(), certificate(connection.sslSession()));
    RequestGate gate = new RequestGate(peer, PATIENCE);
    if (pipeline.context(SslHandler.class) == null) {
      pipeline.addFirst(gate);
    } else {
      pipeline.addAfter(pipeline.context(SslHandler.class).name(), null, gate);
    }
    boolean tooMany = connections.incrementAndGet() > MAX_CONNECTIONS;
    connection.closeHandler(_ -> connections.decrementAndGet());
    if (tooMany) {
      connection.close();
    }
  }

  private static Optional<String> certificate(@Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate own
          ? Optional.of(own.getSubjectX500Principal().getName())
          : Optional.empty();
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    }
  }

  /** Where it listens in the end. */
  public int port() {
    return server.actualPort();
  }

  @Override
  public void close() throws IOException {
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
