package dev.varve.image.adapter.remote;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.build.Downloads;
import dev.varve.image.application.build.RemoteAddresses;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By HTTP. Each redirection is judged like the URL that was asked for; none leads from https to
 * http, and none to where {@link RemoteAddresses} are refused.
 */
public final class HttpDownloads implements Downloads, AutoCloseable {
  private static final int MOST_REDIRECTS = 10;
  private static final int REDIRECTED = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern FILE_NAME = Pattern.compile("filename=\"?([^\";/\\\\]+)\"?");

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  @Override
  public Download open(String url) throws IOException, InterruptedException {
    URI at = judged(url);
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      HttpRequest request = HttpRequest.newBuilder(at).timeout(PATIENCE).GET().build();
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      Optional<String> location = response.headers().firstValue("Location");
      if (response.statusCode() / 100 != REDIRECTED || location.isEmpty()) {
        return answer(url, response);
      }
      response.body().close();
      URI next = judged(at.resolve(location.get()).toString());
      if (at.getScheme().equals("https") && !next.getScheme().equals("https")) {
        throw refusal(url + " leads from https to http");
      }
      at = next;
    }
    throw refusal(url + " is redirected more than " + MOST_REDIRECTS + " times");
  }

  private static Download answer(String url, HttpResponse<InputStream> response)
      throws IOException {
    if (response.statusCode() != 200) {
      response.body().close();
      throw new IOException(
          "failed to GET %s with status %d".formatted(withoutUser(url), response.statusCode()));
    }
    return new Download(
        response.body(),
        response.headers().firstValue("Last-Modified").flatMap(HttpDownloads::time),
        response.headers().firstValue("Content-Disposition").map(HttpDownloads::name).orElse(""),
        response.headers().firstValue("Content-Type").orElse(""));
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

  private static URI judged(String url) throws IOException {
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
    for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
      if (RemoteAddresses.isRefused(address)) {
        throw refusal("no file is fetched from " + address.getHostAddress());
      }
    }
    return uri;
  }

  /** What may be a password is nobody's to read. */
  private static String withoutUser(String url) {
    return url.replaceFirst("//[^/@]*@", "//");
  }

  private static ProblemException refusal(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
