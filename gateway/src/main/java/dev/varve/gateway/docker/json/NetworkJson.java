package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /networks/{id}}, and one of {@code GET /networks}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record NetworkJson(
    String name,
    String id,
    String created,
    String scope,
    String driver,
    @JsonProperty("EnableIPv4") boolean enableIpv4,
    @JsonProperty("EnableIPv6") boolean enableIpv6,
    @JsonProperty("IPAM") Ipam ipam,
    boolean internal,
    boolean attachable,
    boolean ingress,
    From configFrom,
    boolean configOnly,
    Map<String, Endpoint> containers,
    Map<String, String> options,
    Map<String, String> labels) {

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Ipam(
      String driver, @Nullable Map<String, String> options, @Nullable List<Pool> config) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Pool(
      String subnet,
      @JsonProperty("IPRange") @Nullable String ipRange,
      @Nullable String gateway,
      @Nullable Map<String, String> auxiliaryAddresses) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record From(String network) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Endpoint(
      String name,
      @JsonProperty("EndpointID") String endpointId,
      String macAddress,
      @JsonProperty("IPv4Address") String ipv4Address,
      @JsonProperty("IPv6Address") String ipv6Address) {}
}
