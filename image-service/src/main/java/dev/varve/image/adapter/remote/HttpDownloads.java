package dev.varve.image.adapter.remote;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.ServerTrust;
import dev.varve.image.application.build.Downloads;
import dev.varve.image.application.build.RemoteAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By HTTP. Each redirection is judged like the URL that was asked for; none leads from https to
 * http, and none to where {@link RemoteAddresses} are refused. What is connected to is what was
 * judged.
 */
public final class HttpDownloads implements Downloads {
  private static final int MOST_REDIRECTS = 10;
  private static final int REDIRECTED = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern FILE_NAME = Pattern.compile("filename=\"?([^\";/\\\\]+)\"?");

  private final ServerTrust trust;
  private final Names names;

  /** Where a name leads at this moment. */
  @FunctionalInterface
  interface Names {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  public HttpDownloads(ServerTrust trust) {
    this(trust, InetAddress::getAllByName);
  }

  HttpDownloads(ServerTrust trust, Names names) {
    this.trust = trust;
    this.names = names;
  }

  @Override
  public Download open(String url) throws IOException, InterruptedException {
    try {
      return opened(url);
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw e;
    }
  }

  private Download opened(String url) throws IOException {
    Request request = judged(url);
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      Answer answer = request.send(trust, PATIENCE);
      Optional<String> location = answer.header("Location");
      if (answer.status() / 100 != REDIRECTED || location.isEmpty()) {
        return download(url, answer);
      }
      answer.body().close();
      Request next = judged(target(request.uri(), location.get()));
      if (request.isSecure() && !next.isSecure()) {
        throw refusal(withoutUser(url) + " leads from https to http");
      }
      request = next;
    }
    throw refusal(withoutUser(url) + " is redirected more than " + MOST_REDIRECTS + " times");
  }

  private static String target(URI from, String location) {
    try {
      return from.resolve(new URI(location)).toString();
    } catch (URISyntaxException e) {
      throw refusal(withoutUser(from.toString()) + " leads to no URL");
    }
  }

  private static Download download(String url, Answer answer) throws IOException {
    if (answer.status() != 200) {
      answer.body().close();
      throw new IOException(
          "failed to GET %s with status %d".formatted(withoutUser(url), answer.status()));
    }
    return new Download(
        answer.body(),
        answer.header("Last-Modified").flatMap(HttpDownloads::time),
        answer.header("Content-Disposition").map(HttpDownloads::name).orElse(""),
        answer.header("Content-Type").orElse(""));
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String name(String disposition) {
    Matcher matcher = FILE_NAME.matcher(disposition);
    return matcher.find() ? matcher.group(1) : "";
  }

  private Request judged(String url) throws IOException {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw refusal("invalid URL: " + withoutUser(url));
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
      throw refusal("unsupported URL: " + withoutUser(url));
    }
    List<InetAddress> addresses = List.of(names.of(uri.getHost()));
    for (InetAddress address : addresses) {
      if (RemoteAddresses.isRefused(address)) {
        throw refusal("no file is fetched from " + address.getHostAddress());
      }
    }
    return new Request(uri, addresses);
  }

  /** What may be a password is nobody's to read. */
  private static String withoutUser(String url) {
    return url.replaceFirst("//[^/@]*@", "//");
  }

  private static ProblemException refusal(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }
}
