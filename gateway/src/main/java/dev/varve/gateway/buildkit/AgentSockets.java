package dev.varve.gateway.buildkit;

import com.google.protobuf.ByteString;
import dev.varve.api.buildkit.session.AgentBytes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * A client's agents for SSH behind sockets on this host, as long as a build lasts: a container's
 * {@code ssh} asks there, and the client's agent answers. Opened by one thread.
 */
final class AgentSockets implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AgentSockets.class);
  private static final int MOST_AT_ONCE = 16;
  private static final int PIECE = 16 << 10;

  private final Path directory;
  private final Session session;
  private final Map<String, Path> paths = new HashMap<>();
  private final Map<Path, ServerSocketChannel> open = new HashMap<>();

  AgentSockets(Path directory, Session session) {
    this.directory = directory;
    this.session = session;
  }

  /** At start: those of an engine that was killed. */
  static void removeLeft(Path directory) {
    try {
      Files.createDirectories(directory);
      try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
        for (Path socket : left) {
          Files.delete(socket);
        }
      }
    } catch (IOException e) {
      LOG.warnf(e, "sockets are left in %s", directory);
    }
  }

  /** The socket of an agent that the client has. */
  Path of(String id) throws IOException {
    Path known = paths.get(id);
    if (known != null) {
      return known;
    }
    Path path = directory.resolve(UUID.randomUUID().toString());
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    paths.put(id, path);
    open.put(path, server);
    Thread.startVirtualThread(Context.current().wrap(() -> accept(server, id)));
    return path;
  }

  private void accept(ServerSocketChannel server, String id) {
    Semaphore places = new Semaphore(MOST_AT_ONCE);
    try {
      while (server.isOpen()) {
        places.acquire();
        SocketChannel asking = server.accept();
        Thread.startVirtualThread(
            Context.current()
                .wrap(() -> {
                  try {
                    relay(asking, id);
                  } finally {
                    places.release();
                  }
                }));
      }
    } catch (ClosedChannelException e) {
      // The build is over.
    } catch (IOException e) {
      LOG.warnf(e, "the agent %s of a client answers no more", id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void relay(SocketChannel asking, String id) {
    Metadata which = new Metadata();
    which.put(Session.key("buildkit.ssh.id"), id);
    BlockingClientCall<AgentBytes, AgentBytes> agent = session.agents(which).forwardAgent();
    try (asking) {
      Thread answers = Thread.startVirtualThread(() -> answer(agent, asking));
      ByteBuffer piece = ByteBuffer.allocate(PIECE);
      while (asking.read(piece) >= 0) {
        agent.write(AgentBytes.newBuilder().setData(ByteString.copyFrom(piece.flip())).build());
        piece.clear();
      }
      agent.halfClose();
      answers.join();
    } catch (IOException | StatusException e) {
      LOG.debugf(e, "a question to the agent %s broke off", id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      agent.cancel("over", null);
    }
  }

  private static void answer(BlockingClientCall<?, AgentBytes> agent, SocketChannel asking) {
    try {
      for (AgentBytes bytes = agent.read(); bytes != null; bytes = agent.read()) {
        ByteBuffer left = bytes.getData().asReadOnlyByteBuffer();
        while (left.hasRemaining()) {
          var _ = asking.write(left);
        }
      }
      asking.shutdownOutput();
    } catch (IOException | StatusException e) {
      LOG.debugf(e, "an agent's answer broke off");
      try {
        asking.close();
      } catch (IOException closing) {
        LOG.debugf(closing, "while closing");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    open.forEach((path, server) -> {
      try {
        server.close();
        Files.deleteIfExists(path);
      } catch (IOException e) {
        LOG.warnf(e, "%s is left", path);
      }
    });
  }
}
