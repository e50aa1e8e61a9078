package dev.varve.image.domain;

/**
 * Names all that a step's result depends on: SHA-256 over what is below it, its instruction with
 * its variables' values, and the contents it reads.
 *
 * @param hex 64 digits
 */
public record CacheKey(String hex) {
  @Override
  public String toString() {
    return hex;
  }
}
