package dev.varve.image.adapter.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Repositories by HTTP on the loopback: {@code /smart/NAME} as git's own program serves them,
 * {@code /dumb/NAME} as files, {@code /away/…} somewhere else. With TLS by an authority that it
 * makes for itself.
 */
final class GitWebServer implements AutoCloseable {
  private static final String PASSWORD = "password";

  /** What was asked for, with what was said of who asks. */
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Path served;
  private final HttpServer server;
  private volatile String away = "";

  private GitWebServer(Path served, HttpServer server) {
    this.served = served;
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/smart/", exchange -> answer(exchange, this::smart));
    server.createContext("/dumb/", exchange -> answer(exchange, this::dumb));
    server.createContext("/away/", exchange -> answer(exchange, this::away));
    server.start();
  }

  static GitWebServer plain(Path served) throws IOException {
    return new GitWebServer(served, HttpServer.create(loopback(), 0));
  }

  /**
   * @param keys gets {@code ca.crt}, and what else it takes
   */
  static GitWebServer withTls(Path served, Path keys) throws Exception {
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(identity(keys)));
    return new GitWebServer(served, server);
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static SSLContext identity(Path keys) throws Exception {
    Path store = keys.resolve("keys.p12");
    keytool(
        store,
        "-genkeypair",
        "-keyalg",
        "EC",
        "-alias",
        "ca",
        "-dname",
        "CN=ca",
        "-ext",
        "bc:c=ca:true");
    keytool(
        store,
        "-genkeypair",
        "-keyalg",
        "EC",
        "-alias",
        "server",
        "-dname",
        "CN=server",
        "-signer",
        "ca",
        "-ext",
        "san=ip:127.0.0.1");
    keytool(
        store, "-exportcert", "-rfc", "-alias", "ca", "-file", keys.resolve("ca.crt").toString());
    keytool(store, "-delete", "-alias", "ca");
    KeyStore mine = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(mine, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(Path store, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  /** Host and port. */
  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Where {@code /away} leads. */
  void leadsTo(String place) {
    away = place;
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private void answer(HttpExchange exchange, Handler handler) throws IOException {
    asked.add(
        exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
    try (exchange) {
      handler.handle(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void away(HttpExchange exchange) throws IOException {
    String rest = exchange.getRequestURI().toString().substring("/away".length());
    exchange.getResponseHeaders().set("Location", away + rest);
    exchange.sendResponseHeaders(302, -1);
  }

  private void dumb(HttpExchange exchange) throws IOException {
    Path file = served.resolve(exchange.getRequestURI().getPath().substring("/dumb/".length()));
    if (!Files.isRegularFile(file)) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    exchange.sendResponseHeaders(200, Files.size(file) == 0 ? -1 : Files.size(file));
    Files.copy(file, exchange.getResponseBody());
  }

  private void smart(HttpExchange exchange) throws IOException, InterruptedException {
    ProcessBuilder builder = TestRepository.command(served, "http-backend");
    builder.redirectOutput(ProcessBuilder.Redirect.PIPE).redirectErrorStream(false);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.put("GIT_PROJECT_ROOT", served.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put("PATH_INFO", exchange.getRequestURI().getPath().substring("/smart".length()));
    environment.put("QUERY_STRING", text(exchange.getRequestURI().getRawQuery()));
    environment.put("CONTENT_TYPE", header(exchange, "Content-Type"));
    environment.put("HTTP_CONTENT_ENCODING", header(exchange, "Content-Encoding"));
    environment.put("GIT_PROTOCOL", header(exchange, "Git-Protocol"));
    byte[] body = exchange.getRequestBody().readAllBytes();
    environment.put("CONTENT_LENGTH", Integer.toString(body.length));
    Process process = builder.start();
    try (var input = process.getOutputStream()) {
      input.write(body);
    }
    try (InputStream output = new BufferedInputStream(process.getInputStream())) {
      int status = 200;
      for (String line = line(output); !line.isEmpty(); line = line(output)) {
        String[] field = line.split(": ", 2);
        if (field[0].equals("Status")) {
          status = Integer.parseInt(field[1].substring(0, 3));
        } else {
          exchange.getResponseHeaders().set(field[0], field[1]);
        }
      }
      exchange.sendResponseHeaders(status, 0);
      output.transferTo(exchange.getResponseBody());
    }
    process.waitFor();
  }

  private static String header(HttpExchange exchange, String name) {
    return text(exchange.getRequestHeaders().getFirst(name));
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
