package dev.varve.snapshot.domain;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A container's claim on a volume.
 *
 * @param anonymous nobody named it: it goes with the container when that is wanted
 * @param noCopy it does not take over what the image has at the destination
 * @param subpath what is mounted of it; empty for all
 * @param labels and options: for a volume that is not there yet
 */
public record VolumeUse(
    String name,
    String driver,
    String destination,
    boolean anonymous,
    boolean noCopy,
    String subpath,
    boolean readOnly,
    Map<String, String> labels,
    Map<String, String> options) {
  public VolumeUse {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    options = Collections.unmodifiableMap(new TreeMap<>(options));
  }

  /** What is made for the container when there is none of that name. */
  public Volume wanted(String containerId) {
    Map<String, String> all = new HashMap<>(labels);
    if (anonymous) {
      all.put(Volume.ANONYMOUS_LABEL, "");
    }
    return new Volume(name, driver, all, options, anonymous ? containerId : "");
  }
}
