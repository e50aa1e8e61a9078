package dev.varve.container.domain;

/**
 * A container's place on a network for one run.
 *
 * @param address IPv4, dotted
 * @param macAddress six lower-case hex pairs with colons
 */
public record NetworkAttachment(
    String network,
    String networkId,
    String endpointId,
    String address,
    int prefixLength,
    String gateway,
    String macAddress) {}
