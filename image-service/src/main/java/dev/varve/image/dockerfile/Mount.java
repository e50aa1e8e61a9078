package dev.varve.image.dockerfile;

import java.util.Optional;

/**
 * One {@code RUN --mount}, expanded, its defaults put in. Targets are as written: relative ones,
 * and empty ones, are seen from the working directory; the root is none.
 */
public sealed interface Mount {
  /**
   * Files of the context, a stage or an image.
   *
   * @param source a path in there; {@code /} for all
   * @param from a stage's name or an image; empty for the context
   * @param readOnly false: what is written is thrown away
   */
  record Bind(String target, String source, Optional<String> from, boolean readOnly)
      implements Mount {}

  /**
   * A directory that outlives the build.
   *
   * @param id the cleaned target when none was given
   * @param source a path in {@code from}, which fills a new cache
   * @param access of a new cache's root
   */
  record Cache(
      String target,
      String id,
      String source,
      Optional<String> from,
      boolean readOnly,
      Sharing sharing,
      Access access)
      implements Mount {}

  /** How builds share a cache: at the same time, each its own, one after the other. */
  enum Sharing {
    SHARED,
    PRIVATE,
    LOCKED
  }

  /**
   * @param sizeBytes 0 for no bound
   */
  record Tmpfs(String target, long sizeBytes, boolean readOnly) implements Mount {}

  /**
   * A secret as a file, a variable, or both.
   *
   * @param target of the file; empty when it is a variable only
   * @param env name of the variable
   */
  record Secret(
      String id, Optional<String> target, Optional<String> env, boolean required, Access access)
      implements Mount {}

  /**
   * An agent's socket, told to the command in {@code SSH_AUTH_SOCK}.
   *
   * @param id {@code default} when none was given
   * @param target empty for {@code /run/buildkit/ssh_agent.N}, N counting the sockets of a RUN
   */
  record Ssh(String id, Optional<String> target, boolean required, Access access)
      implements Mount {}

  /** Owner and permission bits: Docker's defaults are root's, and 0755, 0400 or 0600. */
  record Access(int uid, int gid, int mode) {}
}
