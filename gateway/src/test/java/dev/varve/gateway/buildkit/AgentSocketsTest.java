package dev.varve.gateway.buildkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of agents' sockets. */
class AgentSocketsTest {
  @TempDir Path work;

  @Test
  void thoseOfAnEngineThatWasKilledGoAtTheNextStart() throws Exception {
    Path directory = Files.createDirectory(work.resolve("agents"));
    Files.createFile(directory.resolve("left"));
    AgentSockets.removeLeft(directory);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void theDirectoryIsMade() {
    AgentSockets.removeLeft(work.resolve("agents"));
    assertThat(work.resolve("agents")).isEmptyDirectory();
  }
}
