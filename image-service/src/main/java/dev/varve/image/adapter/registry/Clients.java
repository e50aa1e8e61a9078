package dev.varve.image.adapter.registry;

import dev.varve.image.application.RegistrySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;

/** One HTTP client for each set of certificates; they never follow redirects by themselves. */
final class Clients implements AutoCloseable {
  private record Trust(List<Path> files, List<FileTime> times, boolean anyServer) {}

  private final RegistrySettings settings;
  private final Insecurity insecurity;
  private final ConcurrentHashMap<Trust, HttpClient> clients = new ConcurrentHashMap<>();

  Clients(RegistrySettings settings) {
    this.settings = settings;
    this.insecurity = new Insecurity(settings.insecure());
  }

  boolean isInsecure(String authority) {
    return insecurity.covers(authority);
  }

  boolean isPlain(String authority) {
    return insecurity.isPlain(authority);
  }

  HttpClient of(URI uri) throws IOException {
    try {
      return clients.computeIfAbsent(trust(uri), this::make);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() {
    clients.values().forEach(HttpClient::shutdownNow);
  }

  private Trust trust(URI uri) throws IOException {
    if (!uri.getScheme().equals("https")) {
      return new Trust(List.of(), List.of(), false);
    }
    List<Path> files = new ArrayList<>();
    List<FileTime> times = new ArrayList<>();
    String host = Origins.host(uri);
    for (Path directory : settings.certificates(host, Origins.port(uri), uri.getPort() >= 0)) {
      files.addAll(Certificates.files(directory));
    }
    for (Path file : files) {
      times.add(Files.getLastModifiedTime(file));
    }
    return new Trust(files, times, isInsecure(host + ":" + Origins.port(uri)));
  }

  private HttpClient make(Trust trust) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(settings.patience().connect());
    if (trust.anyServer() || !trust.files().isEmpty()) {
      try {
        SSLContext context = Certificates.context(trust.files(), trust.anyServer());
        builder.sslContext(context);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return builder.build();
  }
}
