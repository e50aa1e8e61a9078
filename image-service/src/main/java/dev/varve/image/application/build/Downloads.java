package dev.varve.image.application.build;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/**
 * Files from elsewhere: {@code ADD https://…}, and contexts that are named by a URL. Any thread.
 */
public interface Downloads {

  /**
   * Asks for a file; http and https alone, and no address that leads into the machine's own
   * surroundings.
   *
   * @throws dev.varve.eventlog.ProblemException INVALID when the URL is refused
   * @throws IOException when it cannot be had
   */
  Download open(String url) throws IOException, InterruptedException;

  /**
   * What came; its bytes to be closed.
   *
   * @param name that the answer gives the file; empty for none
   * @param type as the answer has it; empty for none
   */
  record Download(InputStream bytes, Optional<Instant> lastModified, String name, String type)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      bytes.close();
    }
  }
}
