package dev.varve.gateway.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.api.snapshot.v1.CreateVolumeRequest;
import dev.varve.api.snapshot.v1.InspectVolumeRequest;
import dev.varve.api.snapshot.v1.ListVolumesRequest;
import dev.varve.api.snapshot.v1.RemoveVolumeRequest;
import dev.varve.api.snapshot.v1.Volume;
import dev.varve.gateway.docker.Fields;
import dev.varve.gateway.docker.Filters;
import dev.varve.gateway.docker.json.VolumeJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Routes;
import java.util.Set;

/** Volumes: made, looked at, removed. */
final class VolumeRoutes {
  private static final Set<String> KEYS = Set.of("dangling", "driver", "label", "name");

  private final Services services;

  VolumeRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/volumes", this::list);
    routes.add("POST", "/volumes/create", this::create);
    routes.add("GET", "/volumes/{name}", this::inspect);
    routes.add("DELETE", "/volumes/{name}", this::remove);
  }

  private void list(Exchange exchange) throws Exception {
    Filters filters = Filters.parse(exchange.query().text("filters"), KEYS);
    boolean asked = filters.has("dangling");
    boolean dangling = filters.flag("dangling", false);
    exchange.json(
        200,
        new VolumeJson.ListJson(
            services
                .volumes(exchange)
                .listVolumes(ListVolumesRequest.getDefaultInstance())
                .getVolumesList()
                .stream()
                .filter(it ->
                    filters.matches("name", it.getName())
                        && filters.any("driver", it.getDriver()::equals)
                        && filters.labels("label", it.getLabelsMap())
                        && (!asked || dangling == (it.getContainerIdsCount() == 0)))
                .map(VolumeViews::json)
                .toList(),
            null));
  }

  private void create(Exchange exchange) throws Exception {
    JsonNode body = exchange.requiredJson();
    Fields fields = Fields.of("", body);
    fields.notYet("ClusterVolumeSpec");
    Volume made =
        services
            .volumes(exchange)
            .createVolume(
                CreateVolumeRequest.newBuilder()
                    .setName(fields.text("Name"))
                    .setDriver(fields.text("Driver"))
                    .putAllOptions(fields.map("DriverOpts"))
                    .putAllLabels(services.labels(fields.map("Labels")))
                    .build());
    exchange.json(201, VolumeViews.json(made));
  }

  private void inspect(Exchange exchange) throws Exception {
    exchange.json(
        200,
        VolumeViews.json(
            services
                .volumes(exchange)
                .inspectVolume(
                    InspectVolumeRequest.newBuilder().setName(exchange.name("name")).build())));
  }

  private void remove(Exchange exchange) throws Exception {
    var _ =
        services
            .volumes(exchange)
            .removeVolume(
                RemoveVolumeRequest.newBuilder()
                    .setName(exchange.name("name"))
                    .setForce(exchange.query().flag("force"))
                    .build());
    exchange.status(204);
  }
}
