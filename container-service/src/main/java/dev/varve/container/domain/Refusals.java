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
