package dev.varve.container.application;

import dev.varve.container.domain.ImageDefaults;
import dev.varve.eventlog.ProblemException;

/** Reads the config of an image that a container is to be made from. */
@FunctionalInterface
public interface ImageConfigs {
  /**
   * @param json the image config's bytes
   * @throws ProblemException when they are none
   */
  ImageDefaults parse(byte[] json);
}
