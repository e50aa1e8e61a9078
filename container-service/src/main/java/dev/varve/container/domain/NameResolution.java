package dev.varve.container.domain;

import java.util.List;

/**
 * How names become addresses in the container.
 *
 * @param extraHosts {@code name:address}, the address may be host-gateway
 * @param links what the container alone calls others on the default bridge
 */
public record NameResolution(
    List<String> dns,
    List<String> dnsSearch,
    List<String> dnsOptions,
    List<String> extraHosts,
    List<Link> links) {
  public static final NameResolution DEFAULT =
      new NameResolution(List.of(), List.of(), List.of(), List.of(), List.of());

  /** The same with other links. */
  public NameResolution with(List<Link> otherLinks) {
    return new NameResolution(dns, dnsSearch, dnsOptions, extraHosts, otherLinks);
  }
}
