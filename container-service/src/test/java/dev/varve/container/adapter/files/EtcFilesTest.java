package dev.varve.container.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.application.RunFiles.Networking;
import dev.varve.container.application.RunFiles.Paths;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Given;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Routing;
import dev.varve.container.domain.Specs;
import dev.varve.container.domain.Subjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcFilesTest {
  private static final NetworkAttachment NETWORK =
      new NetworkAttachment("bridge", "n", "e", "172.17.0.5", 16, "172.17.0.1", "m");

  private static final String GATEWAY = "172.18.0.1";

  @TempDir Path directory;
  private Path etc;
  private Path upstream;
  private EtcFiles files;

  @BeforeEach
  void makeHost() throws IOException {
    etc = Files.createDirectories(directory.resolve("etc"));
    upstream = directory.resolve("upstream.conf");
    files = new EtcFiles(directory.resolve("containers"), etc, upstream);
  }

  private static HostSpec host(
      String network, List<String> dns, List<String> search, List<String> extraHosts) {
    return Specs.resolving(Specs.onNetwork(Specs.host(), network), dns, search, extraHosts);
  }

  private static Container container(HostSpec host) {
    ContainerSpec spec = Specs.spec(Specs.process("true"), host);
    return Given.nothing()
        .and(Subjects.container("c1"), new Created("c1", "web", spec, "n", 1))
        .container("c1")
        .orElseThrow();
  }

  private static Networking on(boolean resolver, NetworkAttachment... attachments) {
    return new Networking(
        List.of(attachments),
        resolver ? Optional.of(Routing.NAME_SERVER) : Optional.empty(),
        List.of(),
        GATEWAY);
  }

  private String resolvConf(HostSpec host) throws IOException {
    return Files.readString(files.write(container(host), on(false, NETWORK)).resolvConf());
  }

  private void hostResolvConf(String text) throws IOException {
    Files.writeString(etc.resolve("resolv.conf"), text);
  }

  @Test
  void hostsAsDockerWritesThem() throws IOException {
    Paths paths =
        files.write(
            container(host("", List.of(), List.of(), List.of("db:10.0.0.9", "gw:host-gateway"))),
            on(false, NETWORK));

    assertThat(paths.hosts())
        .hasContent(
            """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::\tip6-localnet
            ff00::\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            10.0.0.9\tdb
            172.18.0.1\tgw
            172.17.0.5\thost-1
            """);
    assertThat(paths.hostname()).hasContent("host-1\n");
  }

  @Test
  void onTheHostsNetworkTheHostsOwnFilesCount() throws IOException {
    Files.writeString(etc.resolve("hosts"), "127.0.0.1\tmachine\n");
    hostResolvConf("nameserver 127.0.0.53\n");
    Paths paths = files.write(container(host("host", List.of(), List.of(), List.of())), on(false));

    assertThat(paths.hosts()).hasContent("127.0.0.1\tmachine\n");
    assertThat(paths.resolvConf()).hasContent("nameserver 127.0.0.53\n");
  }

  @Test
  void resolversOnlyTheHostCanReachAreLeftOut() throws IOException {
    hostResolvConf("# x\nnameserver 127.0.0.1\nnameserver 10.1.1.1\nsearch a b\noptions ndots:2\n");

    assertThat(resolvConf(Specs.host()))
        .isEqualTo("nameserver 10.1.1.1\nsearch a b\noptions ndots:2\n");
  }

  @Test
  void behindALocalResolverItsUpstreamsAreTaken() throws IOException {
    hostResolvConf("nameserver 127.0.0.53\n");
    assertThat(resolvConf(Specs.host())).isEqualTo("nameserver 8.8.8.8\nnameserver 8.8.4.4\n");

    Files.writeString(upstream, "nameserver 10.9.9.9\n");
    assertThat(resolvConf(Specs.host())).isEqualTo("nameserver 10.9.9.9\n");
  }

  @Test
  void whatIsAskedForWins() throws IOException {
    hostResolvConf("nameserver 10.1.1.1\nsearch a\n");

    assertThat(resolvConf(host("", List.of("9.9.9.9"), List.of("."), List.of())))
        .isEqualTo("nameserver 9.9.9.9\n");
  }

  @Test
  void onANetworkWithNamesTheyAreAskedForInside() throws IOException {
    hostResolvConf("nameserver 10.1.1.1\nsearch a\noptions rotate\n");
    HostSpec own = host("net", List.of("9.9.9.9"), List.of(), List.of());

    assertThat(files.write(container(own), on(true, NETWORK)).resolvConf())
        .hasContent("nameserver 127.0.0.11\nsearch a\noptions rotate ndots:0\n");
  }

  @Test
  void eachNetworkAddsItsAddresses() throws IOException {
    NetworkAttachment both =
        new NetworkAttachment(
            "net",
            "n2",
            "e2",
            "10.0.0.7",
            24,
            "10.0.0.1",
            "m",
            Optional.of(new NetworkAttachment.Ipv6("fd00::7", 64, "fd00::1")),
            "eth1",
            EndpointSpec.on("net"),
            List.of());

    assertThat(files.write(container(Specs.host()), on(false, NETWORK, both)).hosts())
        .content()
        .endsWith("172.17.0.5\thost-1\n10.0.0.7\thost-1\nfd00::7\thost-1\n");
  }

  @Test
  void knownUntilDeleted() throws IOException {
    files.write(container(Specs.host()), on(false));
    assertThat(files.known()).containsExactly("c1");

    files.delete("c1");
    files.delete("c1");

    assertThat(files.known()).isEmpty();
  }
}
