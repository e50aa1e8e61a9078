package dev.varve.container.domain;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A subnet of a network, and what of it is given to containers.
 *
 * @param subnet CIDR
 * @param ipRange CIDR within it that addresses are chosen from; empty for all of it
 * @param gateway the bridge's own address; empty where there is none
 * @param auxiliary addresses by name that are never chosen
 * @param given a person chose the subnet, so that fixed addresses may be asked for
 */
public record AddressPool(
    String subnet, String ipRange, String gateway, Map<String, String> auxiliary, boolean given) {
  public AddressPool {
    auxiliary = new TreeMap<>(auxiliary);
  }

  public Subnet block() {
    return Subnet.parse(subnet);
  }

  public Subnet range() {
    return ipRange.isEmpty() ? block() : Subnet.parse(ipRange);
  }

  public Optional<IpAddress> gatewayAddress() {
    return gateway.isEmpty() ? Optional.empty() : IpAddress.read(gateway);
  }

  public boolean v6() {
    return block().v6();
  }
}
