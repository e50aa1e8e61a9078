package dev.varve.container.domain;

/**
 * A port of the node that leads to one of a container's.
 *
 * @param protocol tcp, udp or sctp
 * @param hostIp a literal; 0.0.0.0 and :: are all addresses of their family
 */
public record PublishedPort(String protocol, int containerPort, String hostIp, int hostPort) {}
