package dev.varve.container.adapter.ports;

import dev.varve.container.domain.PublishedPort;
import java.util.List;

/** A socket and the ports it holds: one, or the same on all addresses of both families. */
record HeldPort(HostSocket socket, List<PublishedPort> ports) {}
