package dev.varve.gateway.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.api.container.v1.AddressPool;
import dev.varve.api.container.v1.Network;
import dev.varve.gateway.http.Refusal;

/** The body of {@code POST /networks/create}. */
public final class NetworkBody {
  private NetworkBody() {}

  /**
   * @throws Refusal 400 for what is malformed, 501 for what is not there yet
   */
  public static Network parse(JsonNode body) throws Refusal {
    Fields fields = Fields.of("", body);
    fields.notYet("Ingress");
    fields.notYet("ConfigOnly");
    fields.object("ConfigFrom").notYet("Network");
    if (fields.text("Scope").equals("swarm")) {
      throw new Refusal(403, "cannot create a swarm scoped network when swarm is not active");
    }
    Fields ipam = fields.object("IPAM");
    String driver = fields.text("Driver");
    Network.Builder network =
        Network.newBuilder()
            .setName(fields.text("Name"))
            .setDriver(driver.isEmpty() || driver.equals("default") ? "bridge" : driver)
            .setInternal(fields.flag("Internal"))
            .setAttachable(fields.flag("Attachable"))
            .setIpv6(fields.flag("EnableIPv6"))
            .setWithoutIpv4(fields.has("EnableIPv4") && !fields.flag("EnableIPv4"))
            .putAllOptions(fields.map("Options"))
            .putAllLabels(fields.map("Labels"))
            .setIpamDriver(ipam.text("Driver").isEmpty() ? "default" : ipam.text("Driver"))
            .putAllIpamOptions(ipam.map("Options"));
    for (Fields pool : ipam.objects("Config")) {
      network.addPools(
          AddressPool.newBuilder()
              .setSubnet(pool.text("Subnet"))
              .setIpRange(pool.text("IPRange"))
              .setGateway(pool.text("Gateway"))
              .putAllAuxiliary(pool.map("AuxiliaryAddresses")));
    }
    return network.build();
  }
}
