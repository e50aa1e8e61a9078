package dev.varve.image.adapter.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventlog.ProblemException;
import dev.varve.image.adapter.registry.OperatorTrust;
import dev.varve.image.application.RegistrySettings;
import dev.varve.image.application.build.Downloads.Download;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that says what it is told to, under names that only this test knows. */
class HttpDownloadsTest {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String SECRETS = "169.254.169.254";

  private final Map<String, Deque<String[]>> names = new HashMap<>();
  private final Deque<String> answers = new ArrayDeque<>();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final HttpDownloads downloads =
      new HttpDownloads(new OperatorTrust(RegistrySettings.DEFAULT), this::lookUp);

  private ServerSocket server;

  @BeforeEach
  void serve() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::answer);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** Each look-up gets the next answer, as with a name that is changed meanwhile. */
  private InetAddress[] lookUp(String host) throws UnknownHostException {
    String[] addresses = names.getOrDefault(host, new ArrayDeque<>()).poll();
    if (addresses == null) {
      throw new UnknownHostException(host);
    }
    List<InetAddress> found = new ArrayList<>();
    for (String address : addresses) {
      found.add(InetAddress.getByName(address));
    }
    return found.toArray(InetAddress[]::new);
  }

  private void leads(String name, String... addresses) {
    names.computeIfAbsent(name, _ -> new ArrayDeque<>()).add(addresses);
  }

  private void answer() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        StringBuilder request = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
          request.append(line).append('\n');
        }
        asked.add(request.toString());
        socket.getOutputStream().write(answers.remove().getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // Closed, or the client went away.
      }
    }
  }

  private String url(String host, String rest) {
    return "http://" + host + ":" + server.getLocalPort() + rest;
  }

  private String got(String url) throws Exception {
    try (Download download = downloads.open(url)) {
      return new String(download.bytes().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theAddressThatWasJudgedIsTheOneThatIsAsked() throws Exception {
    leads("files.test", LOOPBACK);
    leads("files.test", SECRETS);
    answers.add("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody");
    assertThat(got(url("files.test", "/a%20b?c=d"))).isEqualTo("body");
    assertThat(asked)
        .singleElement()
        .asString()
        .startsWith("GET /a%20b?c=d HTTP/1.1\n")
        .contains("\nHost: files.test:" + server.getLocalPort() + "\n");
    assertThat(names.get("files.test")).hasSize(1);
  }

  @Test
  void aNameIsRefusedForAnyOfItsAddresses() {
    leads("files.test", LOOPBACK, SECRETS);
    assertThatThrownBy(() -> got(url("files.test", "/")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining(SECRETS);
    assertThat(asked).isEmpty();
  }

  @Test
  void aRedirectionIsJudgedByWhereItLeadsNow() {
    leads("files.test", LOOPBACK);
    leads("files.test", SECRETS);
    answers.add("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
    assertThatThrownBy(() -> got(url("files.test", "/")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining(SECRETS);
    assertThat(asked).hasSize(1);
  }

  @Test
  void aRedirectionLeadsToAnotherServer() throws Exception {
    leads("files.test", LOOPBACK);
    leads("others.test", LOOPBACK);
    answers.add("HTTP/1.1 307 x\r\nLocation: " + url("others.test", "/there") + "\r\n\r\n");
    answers.add("HTTP/1.1 200 OK\r\n\r\nuntil the end");
    assertThat(got(url("files.test", "/"))).isEqualTo("until the end");
    assertThat(asked.getLast())
        .startsWith("GET /there ")
        .contains("Host: others.test:" + server.getLocalPort());
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 OK~Content-Length: 3~~abcd', abc",
    "'HTTP/1.0 200 OK~~abc', abc",
    "'HTTP/1.1 103 Early~Link: x~~HTTP/1.1 200 OK~content-length:3~~abc', abc",
    "'HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2;x=y~ab~1~c~0~T: x~~', abc",
    "'HTTP/1.1 200~Content-Length: 0~~', ''",
  })
  void bodiesOfAllForms(String answer, String body) throws Exception {
    leads("files.test", LOOPBACK);
    answers.add(answer.replace("~", "\r\n"));
    assertThat(got(url("files.test", ""))).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SSH-2.0-x~",
        "HTTP/1.1 200 OK~Content-Length: 3~",
        "HTTP/1.1 200 OK~Content-Length: 3~~ab",
        "HTTP/1.1 200 OK~Content-Length: -3~~abc",
        "HTTP/1.1 200 OK~Transfer-Encoding: gzip~~abc",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~3~ab",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~abc~0~~",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~3~abc~",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~x~",
        "HTTP/1.1 404 Not Found~~",
      })
  void whatIsNoWholeAnswerIsAFailure(String answer) {
    leads("files.test", LOOPBACK);
    answers.add(answer.replace("~", "\r\n"));
    assertThatThrownBy(() -> got(url("files.test", "/"))).isInstanceOf(IOException.class);
  }

  @Test
  void aHeadHasALimit() {
    leads("files.test", LOOPBACK);
    answers.add("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(1 << 15) + "\r\n");
    assertThatThrownBy(() -> got(url("files.test", "/"))).isInstanceOf(IOException.class);
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    leads("files.test", LOOPBACK);
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Throwable> thrown = new ArrayList<>();
      Thread fetching =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  thrown.add(new AssertionError(got("http://files.test:" + silent.getLocalPort())));
                } catch (Exception e) {
                  thrown.add(e);
                }
              });
      try (Socket _ = silent.accept()) {
        fetching.interrupt();
        fetching.join();
      }
      assertThat(thrown).singleElement().isInstanceOf(InterruptedException.class);
    }
  }
}
