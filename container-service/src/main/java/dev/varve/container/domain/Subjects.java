package dev.varve.container.domain;

import dev.varve.eventlog.Subject;

/** The kinds of subject in the container service's topic. */
public final class Subjects {
  /** Of what is told of all containers at once. */
  public static final Subject PRUNE = new Subject("prune", "containers");

  /** Of what is told of all networks at once. */
  public static final Subject PRUNE_NETWORKS = new Subject("prune", "networks");

  private Subjects() {}

  public static Subject container(String id) {
    return new Subject("container", id);
  }

  public static Subject name(String name) {
    return new Subject("name", name);
  }

  public static Subject exec(String id) {
    return new Subject("exec", id);
  }

  public static Subject network(String id) {
    return new Subject("network", id);
  }

  /** Which container name belongs to whom is {@link #name}; networks have names of their own. */
  public static Subject networkName(String name) {
    return new Subject("network-name", name);
  }

  /** The networks a container is to be connected to, once they were changed. */
  public static Subject endpoints(String containerId) {
    return new Subject("endpoints", containerId);
  }

  public static Subject lease(String id) {
    return new Subject("lease", id);
  }

  public static Subject node(String name) {
    return new Subject("node", name);
  }

  /** What a build asked for, by the id that its container was to have. */
  public static Subject buildRun(String containerId) {
    return new Subject("build-run", containerId);
  }
}
