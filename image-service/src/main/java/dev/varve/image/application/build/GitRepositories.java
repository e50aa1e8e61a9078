package dev.varve.image.application.build;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Git repositories elsewhere. Nothing of one is ever a file of the host under its own name, and
 * nothing in one is executed. Any thread.
 */
public interface GitRepositories {

  /**
   * Fetches one commit.
   *
   * @throws dev.varve.eventlog.ProblemException INVALID when its host is one that is never asked
   * @throws IOException when it cannot be had, or git is not there
   */
  Fetched fetch(GitReference what) throws IOException, InterruptedException;

  /** A commit that is here until this is closed. */
  interface Fetched extends AutoCloseable {
    /** In hexadecimal digits. */
    String commit();

    /** All its files as a tar; to be read to its end, and closed. */
    InputStream tar() throws IOException;

    /** The same with a {@code .git}, which makes of the files a work tree of this commit alone. */
    InputStream tarWithRepository() throws IOException, InterruptedException;

    /** Of the commit's own; those of submodules are theirs. */
    List<Submodule> submodules() throws IOException, InterruptedException;

    @Override
    void close();
  }

  /**
   * Another repository within one.
   *
   * @param path where its files belong
   * @param url as written, which may be relative to the URL of the repository around it
   */
  record Submodule(String path, String url, String commit) {}
}
