package dev.varve.gateway.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.api.image.v1.DistributionRequest;
import dev.varve.api.image.v1.DistributionResponse;
import dev.varve.api.image.v1.LoginRequest;
import dev.varve.api.image.v1.LoginResponse;
import dev.varve.api.image.v1.PullRequest;
import dev.varve.api.image.v1.PushRequest;
import dev.varve.api.image.v1.RegistryAuth;
import dev.varve.gateway.docker.RegistryAuthHeader;
import dev.varve.gateway.docker.json.DistributionJson;
import dev.varve.gateway.docker.json.LoginJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;

/** What leads to other people's registries. */
final class RegistryRoutes {
  private final Services services;

  RegistryRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/auth", this::login);
    routes.add("POST", "/images/{name:*}/push", this::push);
    routes.add("GET", "/distribution/{name:*}/json", this::distribution);
  }

  /** {@code POST /images/create} with a {@code fromImage}. */
  void pull(Exchange exchange) throws Exception {
    Query query = exchange.query();
    PullRequest request =
        PullRequest.newBuilder()
            .setReference(query.text("fromImage"))
            .setTag(query.text("tag"))
            .setPlatform(query.text("platform"))
            .setAuth(auth(exchange))
            .build();
    ProgressStream.relay(
        exchange, Services.tied(exchange, services.images(exchange).pull(request)));
  }

  private void push(Exchange exchange) throws Exception {
    PushRequest request =
        PushRequest.newBuilder()
            .setReference(exchange.name("name"))
            .setTag(exchange.query().text("tag"))
            .setPlatform(PlatformQuery.of(exchange.query()))
            .setAuth(pushAuth(exchange))
            .build();
    ProgressStream.relay(
        exchange, Services.tied(exchange, services.images(exchange).push(request)));
  }

  private void login(Exchange exchange) throws Exception {
    JsonNode body = exchange.requiredJson();
    LoginResponse answer =
        services
            .images(exchange)
            .login(
                LoginRequest.newBuilder()
                    .setServer(body.path("serveraddress").asText(""))
                    .setAuth(RegistryAuthHeader.of(body))
                    .build());
    exchange.json(200, new LoginJson(answer.getIdentityToken(), answer.getStatus()));
  }

  private void distribution(Exchange exchange) throws Exception {
    DistributionResponse answer =
        services
            .images(exchange)
            .distribution(
                DistributionRequest.newBuilder()
                    .setReference(exchange.name("name"))
                    .setAuth(auth(exchange))
                    .build());
    exchange.json(
        200,
        new DistributionJson(
            new DistributionJson.Descriptor(
                answer.getMediaType(), answer.getDigest(), answer.getSize()),
            answer.getPlatformsList().stream()
                .map(platform ->
                    new DistributionJson.Platform(
                        platform.getArchitecture(),
                        platform.getOs(),
                        platform.getVariant().isEmpty() ? null : platform.getVariant()))
                .toList()));
  }

  private static RegistryAuth auth(Exchange exchange) {
    return RegistryAuthHeader.read(exchange.header(RegistryAuthHeader.NAME));
  }

  /** Old clients put it into the body; one of the two must be there. */
  private static RegistryAuth pushAuth(Exchange exchange) throws Exception {
    if (exchange.header(RegistryAuthHeader.NAME) != null) {
      return auth(exchange);
    }
    JsonNode body = exchange.json();
    if (body.isMissingNode()) {
      throw Refusal.badRequest(
          "bad parameters and missing X-Registry-Auth: invalid X-Registry-Auth header: EOF");
    }
    return RegistryAuthHeader.of(body);
  }
}
