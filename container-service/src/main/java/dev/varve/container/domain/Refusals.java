package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.Problem.Code;

/** Every refusal of this service in one place, in Docker's words: clients match on them. */
public final class Refusals {
  private Refusals() {}

  public static Problem invalid(String message) {
    return new Problem(Code.INVALID, message);
  }

  public static Problem notImplemented(String message) {
    return new Problem(Code.NOT_IMPLEMENTED, message);
  }

  public static Problem fault(String message) {
    return new Problem(Code.INTERNAL, message);
  }

  public static Problem noSuchContainer(String reference) {
    return new Problem(Code.NOT_FOUND, "No such container: " + reference);
  }

  public static Problem ambiguous(String prefix) {
    return invalid("multiple IDs found with provided prefix: " + prefix);
  }

  public static Problem noSuchLease(String id) {
    return new Problem(Code.NOT_FOUND, "No such lease: " + id);
  }

  /** Nothing more is made under it. */
  public static Problem leaseOver(String id) {
    return conflict("lease " + id + " is over");
  }

  public static Problem noSuchExec(String id) {
    return new Problem(Code.NOT_FOUND, "No such exec instance: " + id);
  }

  public static Problem noSuchNetwork(String name) {
    return new Problem(
        Code.NOT_FOUND, "failed to set up container networking: network " + name + " not found");
  }

  /** In place of a reason: nothing in the wanted range is free. */
  public static final String ALL_PORTS_ALLOCATED = "all ports are allocated";

  /** Docker's words, and who has it. */
  public static String portAllocated(String hostIp, int port, String holder) {
    return "Bind for %s failed: port is already allocated (to container %s)"
        .formatted((hostIp.indexOf(':') < 0 ? hostIp : "[" + hostIp + "]") + ":" + port, holder);
  }

  public static String portNotBound(String wanted, String why) {
    return "failed to bind host port for %s: %s".formatted(wanted, why);
  }

  public static Problem noConnectivity(String container, String endpointId, String why) {
    return fault(
        "failed to set up container networking: driver failed programming external connectivity on endpoint %s (%s): %s"
            .formatted(container, endpointId, why));
  }

  /** Why a start is refused that cannot have its networks. */
  public static Problem ofNetworking(Problem cause) {
    String prefix = "failed to set up container networking: ";
    return cause.message().startsWith(prefix)
        ? cause
        : new Problem(cause.code(), prefix + cause.message());
  }

  public static Problem networkNotFound(String reference) {
    return new Problem(Code.NOT_FOUND, "network " + reference + " not found");
  }

  public static Problem ambiguousNetwork(String reference, int matches) {
    return invalid("network " + reference + " is ambiguous (" + matches + " matches found)");
  }

  public static Problem networkExists(String name) {
    return conflict("network with name " + name + " already exists");
  }

  public static Problem builtinNetwork(String name) {
    return forbidden("operation is not permitted on predefined " + name + " network");
  }

  public static Problem builtinStays(String name) {
    return forbidden(name + " is a pre-defined network and cannot be removed");
  }

  public static Problem hasEndpoints(Network it) {
    return forbidden(
        "error while removing network: network %s id %s has active endpoints"
            .formatted(it.name(), it.id()));
  }

  public static Problem noSuchDriver(String driver) {
    return new Problem(
        Code.NOT_FOUND,
        "could not find plugin " + driver + " in v1 plugin registry: plugin not found");
  }

  public static Problem poolOverlaps() {
    return forbidden("invalid pool request: Pool overlaps with other one on this address space");
  }

  public static Problem bridgeTaken(String network, String bridge) {
    return forbidden(
        "conflicts with network %s (%s): networks have same bridge name"
            .formatted(network, bridge));
  }

  /**
   * @param holders names of the networks that have them all
   */
  public static Problem poolsExhausted(String holders) {
    return invalid("all predefined address pools have been fully subnetted; held by " + holders);
  }

  public static Problem addressTaken(String address, String network) {
    return forbidden("Address already in use: " + address + " on network " + network);
  }

  /**
   * @param holders names of the containers that have them all
   */
  public static Problem addressesExhausted(Network it, boolean v6, String holders) {
    return forbidden(
        "no available %s addresses on this network's address pools: %s (%s); held by %s"
            .formatted(v6 ? "IPv6" : "IPv4", it.name(), it.id(), holders));
  }

  public static Problem endpointExists(String container, String network) {
    return forbidden(
        "endpoint with name %s already exists in network %s".formatted(container, network));
  }

  public static Problem notConnected(String containerId, String network) {
    return fault("container " + containerId + " is not connected to network " + network);
  }

  public static Problem hostNetworkStays() {
    return invalid(
        "container cannot be disconnected from host network or connected to host network");
  }

  public static Problem sharedNetworkStays() {
    return invalid(
        "container sharing network namespace with another container or host cannot be connected"
            + " to any other network");
  }

  public static Problem noneNetworkStays() {
    return invalid(
        "container cannot be connected to multiple networks with one of the networks in private"
            + " (none) mode");
  }

  public static Problem connectionOfRemoved(String containerId) {
    return conflict(
        "container "
            + containerId
            + " is marked for removal and cannot be connected or disconnected to the network");
  }

  public static Problem changedMeanwhile(Container it) {
    return conflict("container " + it.id() + " was started or stopped meanwhile; try again");
  }

  /** Not "not found", which would tell the command line that the image is. */
  public static Problem linkToNobody(String name, Problem lookup) {
    return invalid("could not get container for " + name + ": " + lookup.message());
  }

  public static Problem linkToHost() {
    return invalid(
        "conflicting options: host type networking can't be used with links. This would result in"
            + " undefined behavior");
  }

  public static Problem linkToStopped(String name, String path) {
    return fault("Cannot link to a non running container: /%s AS %s".formatted(name, path));
  }

  public static Problem linkToUnconnected(Container other) {
    return fault(
        "Cannot link to /" + other.name() + ", as it does not belong to the default network");
  }

  public static Problem ownNameStays() {
    return fault("Conflict, cannot remove the default link name of the container");
  }

  public static Problem noSuchLinker(String parent, String path) {
    return fault("Cannot get parent " + parent + " for link name " + path);
  }

  public static Problem joinOfStopped(String containerId) {
    return conflict("cannot join network of a non running container: " + containerId);
  }

  public static Problem joinOfOwn() {
    return invalid("cannot join own network");
  }

  public static Problem forbidden(String message) {
    return new Problem(Code.FORBIDDEN, message);
  }

  public static Problem unavailable(String message) {
    return new Problem(Code.UNAVAILABLE, message);
  }

  public static Problem nameTaken(String name, String holderId) {
    return conflict(
        "Conflict. The container name \"/%s\" is already in use by container \"%s\". You have to remove (or rename) that container to be able to reuse that name."
            .formatted(name, holderId));
  }

  /** Why a name that was refused cannot be a container's new one. */
  public static Problem ofRename(Problem name) {
    return new Problem(name.code(), "Error when allocating new name: " + name.message());
  }

  public static Problem notRunning(Container it) {
    return conflict("Container " + it.id() + " is not running");
  }

  public static Problem alreadyPaused(Container it) {
    return conflict("Container " + it.id() + " is already paused");
  }

  /** A fault in Docker's eyes, not a conflict. */
  public static Problem notPaused(Container it) {
    return fault("Container " + it.id() + " is not paused");
  }

  public static Problem startOfPaused() {
    return conflict("cannot start a paused container, try unpause instead");
  }

  public static Problem execInPaused(String reference) {
    return conflict("Container " + reference + " is paused, unpause the container before exec");
  }

  public static Problem attachToPaused(String reference) {
    return conflict("container " + reference + " is paused, unpause the container before attach");
  }

  public static Problem restarting(Container it) {
    return conflict("Container " + it.id() + " is restarting, wait until the container is running");
  }

  public static Problem attachToRestarting(String reference) {
    return conflict(
        "container " + reference + " is restarting, wait until the container is running");
  }

  public static Problem cannotRestart(String reference, Problem why) {
    return new Problem(why.code(), "Cannot restart container " + reference + ": " + why.message());
  }

  /** Why one cannot be killed that was not even found. */
  public static Problem ofKill(String reference, Problem lookup) {
    return new Problem(
        lookup.code(), "Cannot kill container: " + reference + ": " + lookup.message());
  }

  public static Problem cannotKill(String reference, Container it) {
    return conflict(
        "Cannot kill container: " + reference + ": Container " + it.id() + " is not running");
  }

  public static Problem cannotUpdate(String id, String why) {
    return conflict("Cannot update container " + id + ": " + why);
  }

  public static Problem markedForRemoval() {
    return conflict("container is marked for removal and cannot be started");
  }

  public static Problem removalInProgress(String reference) {
    return conflict("removal of container " + reference + " is already in progress");
  }

  public static Problem removeOfRunning(Container it) {
    String state = it.isPaused() ? "paused" : it.isRestarting() ? "restarting" : "running";
    String way =
        it.isPaused()
            ? " and must be unpaused first"
            : ": stop the container before removing or force remove";
    return conflict("cannot remove container \"/" + it.name() + "\": container is " + state + way);
  }

  public static Problem pruneRunning() {
    return conflict("a prune operation is already running");
  }

  public static Problem logsNotReadable() {
    return notImplemented("configured logging driver does not support reading");
  }

  public static Problem logsOfRemoved() {
    return conflict("can not get logs from container which is dead or marked for removal");
  }

  public static Problem execRunning(String id) {
    return conflict("Error: Exec command " + id + " is already running");
  }

  public static Problem execHasRun(String id) {
    return conflict("Error: Exec command " + id + " has already run");
  }

  public static Problem execNotRunning(String id) {
    return conflict("exec process " + id + " is not running");
  }

  private static Problem conflict(String message) {
    return new Problem(Code.CONFLICT, message);
  }
}
