package dev.varve.image.adapter.registry;

import dev.varve.image.application.Credentials;
import dev.varve.image.application.Registry;
import dev.varve.image.application.RegistryException;
import dev.varve.image.application.RegistryException.Kind;
import dev.varve.image.application.RegistrySettings;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@link Registry} over HTTP. */
public final class HttpRegistry implements Registry, AutoCloseable {
  private static final String HUB = "docker.io";
  private static final String HUB_HOST = "registry-1.docker.io";

  private final RegistrySettings settings;
  private final Clients clients;

  public HttpRegistry(RegistrySettings settings) {
    this.settings = settings;
    this.clients = new Clients(settings);
  }

  @Override
  public Repository pullFrom(Reference name, Credentials credentials) throws IOException {
    List<Fallback.Source> sources = new ArrayList<>();
    for (String mirror : settings.mirrors().getOrDefault(name.domain(), List.of())) {
      // A mirror is somebody else: it gets none of the registry's credentials.
      sources.add(() -> repository(probed(URI.create(mirror), Credentials.NONE), name));
    }
    sources.add(() -> pushTo(name, credentials));
    return sources.size() == 1 ? sources.getFirst().open() : new Fallback(sources);
  }

  @Override
  public Repository pushTo(Reference name, Credentials credentials) throws IOException {
    return repository(connect(name.domain(), credentials), name);
  }

  @Override
  public String login(String server, Credentials credentials) throws IOException {
    String authority = server.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    boolean hub = authority.isEmpty() || authority.equals("index.docker.io");
    Probe probe = reach(hub ? HUB : authority, credentials);
    Authorizer authorizer = probe.authorizer();
    URI uri = probe.session().endpoint().resolve("v2/");
    try {
      HttpResponse<InputStream> response =
          probe.session().send(Session.Request.get(uri, Map.of(), ""));
      response.body().close();
      if (response.statusCode() != 200) {
        throw new RegistryException(
            Kind.UNAUTHORIZED,
            "login attempt to %s failed with status: %d %s"
                .formatted(
                    Origins.shown(uri),
                    response.statusCode(),
                    response.statusCode() == 401 ? "Unauthorized" : "refused"));
      }
    } catch (RegistryException e) {
      throw e.kind() == Kind.UNAUTHORIZED && !e.text().startsWith("login")
          ? RegistryErrors.ofRequest("GET", uri, e)
          : e;
    }
    return authorizer.identityToken();
  }

  @Override
  public void close() {
    clients.close();
  }

  private Repository repository(Session session, Reference name) {
    return new HttpRepository(session, name.path());
  }

  private record Probe(Session session, Authorizer authorizer) {}

  private Session connect(String authority, Credentials credentials) throws IOException {
    return reach(authority, credentials).session();
  }

  /** TLS first; plain HTTP for those alone that the operator declared insecure. */
  private Probe reach(String authority, Credentials credentials) throws IOException {
    String host = authority.equals(HUB) ? HUB_HOST : authority;
    if (clients.isPlain(authority)) {
      return probe(endpoint("http://" + host), credentials);
    }
    URI secure = endpoint("https://" + host);
    try {
      return probe(secure, credentials);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (RegistryException e) {
      boolean noTls = e.kind() == Kind.UNAVAILABLE && !Thread.currentThread().isInterrupted();
      if (!noTls || !clients.isInsecure(authority)) {
        throw e;
      }
      return probe(endpoint("http://" + host), credentials);
    }
  }

  private Session probed(URI base, Credentials credentials) throws IOException {
    return probe(endpoint(base.toString()), credentials).session();
  }

  /** Asks whether somebody is there who speaks the protocol. */
  private Probe probe(URI endpoint, Credentials credentials) throws IOException {
    Authorizer authorizer = new Authorizer(endpoint, credentials, clients, settings);
    Session session = new Session(endpoint, clients, authorizer, settings.patience());
    session.ping();
    return new Probe(session, authorizer);
  }

  private static URI endpoint(String base) throws RegistryException {
    try {
      return URI.create(base.endsWith("/") ? base : base + "/");
    } catch (IllegalArgumentException e) {
      throw new RegistryException(Kind.UNAVAILABLE, "no usable address of a registry: " + base);
    }
  }
}
