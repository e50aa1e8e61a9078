package dev.varve.container.adapter.network;

import dev.varve.container.application.ContainerNetwork.EndpointRequest;
import dev.varve.container.application.ContainerNetwork.Names;
import dev.varve.container.application.NameServer;
import dev.varve.container.domain.AddressPool;
import dev.varve.container.domain.DefaultPools;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkSpec;
import dev.varve.container.domain.Subnet;
import dev.varve.linux.net.NetworkKernel;
import dev.varve.linux.net.PacketTables;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Networks as tests want them. */
public final class TestNetworks {
  public static final Names NAMES = new Names(List.of("web", "0123456789ab"), List.of());

  private TestNetworks() {}

  /** With name servers, wherever they are, and nobody who has to be told of bridges. */
  public static KernelContainerNetwork network(
      NetworkKernel kernel, PacketTables tables, String prefix, Path run) {
    return new KernelContainerNetwork(
        kernel, tables, prefix, run, new NameServer.Ports(61053, 61054), _ -> {});
  }

  public static Network builtinBridge(String bridge, Subnet subnet) {
    return new Network(
        "n1",
        NetworkSpec.builtin(
            Network.BRIDGE, Network.BRIDGE, bridge, List.of(DefaultPools.pool(subnet))),
        Instant.EPOCH);
  }

  /** One that a person made. */
  public static Network own(
      String name, boolean internal, Map<String, String> options, String... subnets) {
    List<AddressPool> pools =
        Stream.of(subnets)
            .map(subnet -> DefaultPools.pool(Subnet.parse(subnet)))
            .map(it ->
                new AddressPool(it.subnet(), it.ipRange(), it.gateway(), it.auxiliary(), true))
            .toList();
    boolean ipv6 = pools.stream().anyMatch(AddressPool::v6);
    return new Network(
        name + "0123456789abcdef",
        new NetworkSpec(
            name,
            Network.BRIDGE,
            "br-" + name,
            pools,
            internal,
            false,
            true,
            ipv6,
            options,
            Map.of(),
            NetworkSpec.Ipam.DEFAULT),
        Instant.EPOCH);
  }

  public static EndpointRequest plain(Network network) {
    return with(network, EndpointSpec.on(network.name()));
  }

  public static EndpointRequest with(Network network, EndpointSpec spec) {
    return new EndpointRequest(network, spec, Set.of(), NAMES);
  }

  public static EndpointSpec fixed(String network, String ipv4) {
    return new EndpointSpec(network, ipv4, "", List.of(), List.of(), List.of(), "", Map.of(), 0);
  }
}
