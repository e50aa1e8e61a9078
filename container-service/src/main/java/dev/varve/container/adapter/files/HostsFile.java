package dev.varve.container.adapter.files;

import dev.varve.container.application.RunFiles.Linked;
import dev.varve.container.application.RunFiles.Networking;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.NetworkAttachment;

/** The text of a container's /etc/hosts, line for line as Docker writes it. */
final class HostsFile {
  static final String LOCAL =
      """
      127.0.0.1\tlocalhost
      ::1\tlocalhost ip6-localhost ip6-loopback
      fe00::\tip6-localnet
      ff00::\tip6-mcastprefix
      ff02::1\tip6-allnodes
      ff02::2\tip6-allrouters
      """;

  private HostsFile() {}

  /**
   * @param base the lines every such file begins with
   */
  static String of(String base, ContainerSpec spec, Networking networking) {
    StringBuilder text = new StringBuilder(base);
    for (String entry : spec.host().nameResolution().extraHosts()) {
      int colon = entry.indexOf(':');
      String address = entry.substring(colon + 1);
      if (address.equals("host-gateway")) {
        address = networking.hostGateway();
      }
      text.append(address).append('\t').append(entry, 0, colon).append('\n');
    }
    for (Linked it : networking.linked()) {
      text.append(it.address()).append('\t').append(it.names()).append('\n');
    }
    for (NetworkAttachment it : networking.attachments()) {
      if (!it.address().isEmpty()) {
        text.append(it.address()).append('\t').append(ownNames(spec)).append('\n');
      }
      it.ipv6()
          .ifPresent(
              v6 -> text.append(v6.address()).append('\t').append(ownNames(spec)).append('\n'));
    }
    return text.toString();
  }

  /** The full name, and the part before its first dot if it has one. */
  private static String ownNames(ContainerSpec spec) {
    String full =
        spec.domainname().isEmpty() ? spec.hostname() : spec.hostname() + "." + spec.domainname();
    int dot = full.indexOf('.');
    return dot < 0 ? full : full + " " + full.substring(0, dot);
  }
}
