package dev.varve.image.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The defaults that an image gives to its containers: the {@code config} part of its document.
 * Changed in place while instructions are applied, by one thread.
 */
public final class RunConfig {
  /** {@code NAME=value}, in the order in which they were first set. */
  private final List<String> env = new ArrayList<>();

  private final SortedSet<String> exposedPorts = new TreeSet<>();
  private final SortedSet<String> volumes = new TreeSet<>();
  private final SortedMap<String, String> labels = new TreeMap<>();
  private final List<String> onBuild = new ArrayList<>();
  private Optional<List<String>> cmd = Optional.empty();
  private Optional<List<String>> entrypoint = Optional.empty();
  private Optional<HealthCheck> healthCheck = Optional.empty();
  private List<String> shell = List.of();
  private String user = "";
  private String workingDir = "";
  private String stopSignal = "";

  /** Durations are nanoseconds; 0 means Docker's default. */
  public record HealthCheck(
      List<String> test,
      long interval,
      long timeout,
      long startPeriod,
      long startInterval,
      int retries) {}

  /** All there is to a config, to make one from; empty is absent. */
  public record Values(
      String user,
      List<String> exposedPorts,
      List<String> env,
      Optional<List<String>> cmd,
      Optional<List<String>> entrypoint,
      List<String> volumes,
      String workingDir,
      Map<String, String> labels,
      String stopSignal,
      List<String> onBuild,
      List<String> shell,
      Optional<HealthCheck> healthCheck) {}

  public static RunConfig of(Values values) {
    RunConfig config = new RunConfig();
    config.user = values.user;
    config.exposedPorts.addAll(values.exposedPorts);
    config.env.addAll(values.env);
    config.cmd = values.cmd;
    config.entrypoint = values.entrypoint;
    config.volumes.addAll(values.volumes);
    config.workingDir = values.workingDir;
    config.labels.putAll(values.labels);
    config.stopSignal = values.stopSignal;
    config.onBuild.addAll(values.onBuild);
    config.shell = List.copyOf(values.shell);
    config.healthCheck = values.healthCheck;
    return config;
  }

  /** Another of the same, to be changed by itself. */
  public static RunConfig copy(RunConfig config) {
    return of(
        new Values(
            config.user,
            List.copyOf(config.exposedPorts),
            config.env,
            config.cmd,
            config.entrypoint,
            List.copyOf(config.volumes),
            config.workingDir,
            config.labels,
            config.stopSignal,
            config.onBuild,
            config.shell,
            config.healthCheck));
  }

  /**
   * This config, with what it leaves out taken from another: Docker's rule for a container's config
   * over its image's.
   */
  public RunConfig over(RunConfig other) {
    RunConfig merged = new RunConfig();
    boolean own = cmd.isPresent() || entrypoint.isPresent();
    merged.user = user.isEmpty() ? other.user : user;
    merged.exposedPorts.addAll(exposedPorts);
    merged.exposedPorts.addAll(other.exposedPorts);
    merged.env.addAll(env);
    for (String entry : other.env) {
      if (envValue(entry.substring(0, Math.max(0, entry.indexOf('=')))).isEmpty()) {
        merged.env.add(entry);
      }
    }
    merged.labels.putAll(other.labels);
    merged.labels.putAll(labels);
    merged.cmd = own ? cmd : other.cmd;
    merged.entrypoint = entrypoint.isPresent() ? entrypoint : other.entrypoint;
    merged.healthCheck = healthCheck.isPresent() ? healthCheck : other.healthCheck;
    merged.workingDir = workingDir.isEmpty() ? other.workingDir : workingDir;
    merged.volumes.addAll(volumes);
    merged.volumes.addAll(other.volumes);
    merged.stopSignal = stopSignal.isEmpty() ? other.stopSignal : stopSignal;
    merged.onBuild.addAll(onBuild);
    merged.shell = shell.isEmpty() ? other.shell : shell;
    return merged;
  }

  public List<String> env() {
    return List.copyOf(env);
  }

  public Set<String> exposedPorts() {
    return exposedPorts;
  }

  public Set<String> volumes() {
    return volumes;
  }

  public Map<String, String> labels() {
    return labels;
  }

  public List<String> onBuild() {
    return List.copyOf(onBuild);
  }

  public Optional<List<String>> cmd() {
    return cmd;
  }

  public Optional<List<String>> entrypoint() {
    return entrypoint;
  }

  public Optional<HealthCheck> healthCheck() {
    return healthCheck;
  }

  /** What the shell form of instructions runs in; empty for the default. */
  public List<String> shell() {
    return shell;
  }

  public String user() {
    return user;
  }

  public String workingDir() {
    return workingDir;
  }

  public String stopSignal() {
    return stopSignal;
  }

  public void setEnv(String name, String value) {
    String entry = name + "=" + value;
    for (int i = 0; i < env.size(); i++) {
      if (env.get(i).startsWith(name + "=")) {
        env.set(i, entry);
        return;
      }
    }
    env.add(entry);
  }

  public Optional<String> envValue(String name) {
    return env.stream()
        .filter(entry -> entry.startsWith(name + "="))
        .map(entry -> entry.substring(name.length() + 1))
        .findFirst();
  }

  public void expose(String portAndProtocol) {
    exposedPorts.add(portAndProtocol);
  }

  public void addVolume(String path) {
    volumes.add(path);
  }

  public void setLabel(String name, String value) {
    labels.put(name, value);
  }

  public void addOnBuild(String instruction) {
    onBuild.add(instruction);
  }

  /** Empty as if it had never been set. */
  public void setCmd(Optional<List<String>> words) {
    cmd = words;
  }

  public void setEntrypoint(Optional<List<String>> words) {
    entrypoint = words;
  }

  public void forgetOnBuild() {
    onBuild.clear();
  }

  public void setHealthCheck(HealthCheck check) {
    healthCheck = Optional.of(check);
  }

  public void setShell(List<String> words) {
    shell = List.copyOf(words);
  }

  public void setUser(String name) {
    user = name;
  }

  public void setWorkingDir(String path) {
    workingDir = path;
  }

  public void setStopSignal(String signal) {
    stopSignal = signal;
  }
}
