package dev.varve.container.domain;

import java.util.List;

/**
 * How names become addresses in the container.
 *
 * @param extraHosts {@code name:address}, the address may be host-gateway
 */
public record NameResolution(
    List<String> dns, List<String> dnsSearch, List<String> dnsOptions, List<String> extraHosts) {
  public static final NameResolution DEFAULT =
      new NameResolution(List.of(), List.of(), List.of(), List.of());
}
