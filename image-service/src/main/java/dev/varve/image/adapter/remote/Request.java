package dev.varve.image.adapter.remote;

import dev.varve.image.application.ServerTrust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One GET by HTTP/1.1. The JDK's client looks a name up by itself when it connects, and whoever
 * owns the name can have led it elsewhere by then. This connects to addresses, those that were
 * judged, and has the name only to tell it to the server and to know the server's certificate.
 *
 * @param uri http or https
 * @param addresses of its host
 */
record Request(URI uri, List<InetAddress> addresses) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /**
   * @param patience for a connection, and each time that the server is silent
   */
  Answer send(ServerTrust trust, Duration patience) throws IOException {
    Socket connection = connected(Math.toIntExact(patience.toMillis()));
    boolean done = false;
    try {
      if (isSecure()) {
        connection = secured(connection, trust);
      }
      connection.getOutputStream().write(head().getBytes(StandardCharsets.US_ASCII));
      Answer answer = Answer.read(connection);
      done = true;
      return answer;
    } finally {
      if (!done) {
        connection.close();
      }
    }
  }

  boolean isSecure() {
    return uri.getScheme().equalsIgnoreCase("https");
  }

  /** Over a channel: an interrupt ends that, on whatever thread. */
  private Socket connected(int patience) throws IOException {
    int port = uri.getPort() >= 0 ? uri.getPort() : isSecure() ? HTTPS_PORT : HTTP_PORT;
    IOException last = new IOException("no address of " + uri.getHost());
    for (InetAddress address : addresses) {
      SocketChannel channel = SocketChannel.open();
      try {
        Socket socket = channel.socket();
        socket.connect(new InetSocketAddress(address, port), patience);
        socket.setSoTimeout(patience);
        return socket;
      } catch (IOException e) {
        channel.close();
        last = new IOException("%s:%d: %s".formatted(uri.getHost(), port, e.getMessage()), e);
      }
    }
    throw last;
  }

  private Socket secured(Socket connection, ServerTrust trust) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            trust
                .of(uri)
                .getSocketFactory()
                .createSocket(connection, uri.getHost(), connection.getPort(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    try {
      tls.startHandshake();
    } catch (SSLHandshakeException e) {
      throw String.valueOf(e.getMessage()).contains("PKIX")
          ? new IOException("x509: certificate signed by unknown authority", e)
          : e;
    }
    return tls;
  }

  private String head() {
    URI ascii = URI.create(uri.toASCIIString());
    String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
    String query = ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return String.join(
        "\r\n",
        "GET " + path + query + " HTTP/1.1",
        "Host: " + uri.getHost() + port,
        "User-Agent: varve",
        "Accept: */*",
        "Connection: close",
        "",
        "");
  }
}
