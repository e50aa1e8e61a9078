package dev.varve.container.domain;

import java.util.List;

/**
 * The devices a container has beside the usual ones.
 *
 * @param cgroupRules as given, for example {@code c 10:200 rwm}
 */
public record DeviceAccess(
    List<Mapping> mappings, List<String> cgroupRules, List<Request> requests) {
  public static final DeviceAccess NONE = new DeviceAccess(List.of(), List.of(), List.of());

  /**
   * A device of the host, or a directory of them.
   *
   * @param permissions any of r, w and m
   */
  public record Mapping(String onHost, String inContainer, String permissions) {}

  /** Devices that a driver is to find by what they can do: {@code --gpus}. */
  public record Request(String driver, List<List<String>> capabilities) {}
}
