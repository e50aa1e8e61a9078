package dev.varve.container.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.application.NameServer.Entry;
import dev.varve.container.application.NameServer.Zone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real program, at loopback addresses. */
@Tag("kernel")
class AardvarkServerTest {
  private static final Path INSTALLED =
      Stream.of("/usr/lib/podman/aardvark-dns", "/usr/libexec/podman/aardvark-dns")
          .map(Path::of)
          .filter(Files::isExecutable)
          .findFirst()
          .orElseThrow();
  private static final Zone ZONE =
      new Zone(
          "n1",
          List.of("127.9.9.9"),
          false,
          List.of(new Entry("c1", "10.0.0.2", "", List.of("web"), List.of())));

  @TempDir Path run;

  @AfterEach
  void nothingGoesOn() throws IOException {
    try (AardvarkServer server = new AardvarkServer(run, Optional.empty())) {
      server.restore(List.of());
    }
    assertThat(run.resolve("names/aardvark.pid")).doesNotExist();
  }

  @Test
  void goesOnWhenItsEngineEndsAndGivesWayToAnotherProgram() throws Exception {
    ProcessHandle first = started(Optional.empty());
    assertThat(program(first)).isEqualTo(INSTALLED);
    assertThat(started(Optional.empty())).isEqualTo(first);
    assertThat(started(Optional.of(run.resolve("missing")))).isEqualTo(first);

    Path other = Files.copy(INSTALLED, run.resolve("other"));
    ProcessHandle second = started(Optional.of(other));
    assertThat(program(second)).isEqualTo(other);
    assertThat(Files.exists(link(first))).as("gone, or dead and not waited for").isFalse();
  }

  private ProcessHandle started(Optional<Path> program) throws IOException {
    try (AardvarkServer server = new AardvarkServer(run, program)) {
      server.restore(List.of(ZONE));
      return ProcessHandle.of(pid()).orElseThrow();
    }
  }

  private long pid() throws IOException {
    return Long.parseLong(Files.readString(run.resolve("names/aardvark.pid")).strip());
  }

  private static Path program(ProcessHandle process) throws IOException {
    return Files.readSymbolicLink(link(process));
  }

  private static Path link(ProcessHandle process) {
    return Path.of("/proc", String.valueOf(process.pid()), "exe");
  }
}
