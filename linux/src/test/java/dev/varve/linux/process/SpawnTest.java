package dev.varve.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpawnTest {
  private record Result(String output, int exitCode) {}

  private static Result run(List<String> environment, String... argv) throws Exception {
    try (Descriptor.Pipe pipe = Descriptor.pipe(false);
        Descriptor nothing = Descriptor.open(Path.of("/dev/null"), Descriptor.O_RDWR)) {
      // Backwards and crosswise, so that a naive dup2 would overwrite.
      int pid =
          new Spawn(
                  List.of(argv),
                  environment,
                  Path.of("/tmp"),
                  List.of(nothing, pipe.writeEnd(), pipe.writeEnd()))
              .start();
      pipe.writeEnd().close();
      byte[] buffer = new byte[4096];
      int count = pipe.readEnd().readFully(buffer);
      return new Result(new String(buffer, 0, count, StandardCharsets.UTF_8), Spawn.await(pid));
    }
  }

  @Test
  void startsAProgramWithItsEnvironmentAndDirectory() throws Exception {
    assertThat(run(List.of("A=é"), "/bin/sh", "-c", "echo $A; pwd; echo err >&2; exit 3"))
        .isEqualTo(new Result("é\n/tmp\nerr\n", 3));
    assertThat(run(List.of(), "/bin/sh", "-c", "kill -9 $$").exitCode()).isEqualTo(137);
  }

  @Test
  void passesNoOtherDescriptor() throws Exception {
    try (Descriptor ignored = Descriptor.open(Path.of("/etc/hosts"), Descriptor.O_RDONLY)) {
      // ls itself opens the fourth.
      assertThat(run(List.of(), "/bin/ls", "/proc/self/fd").output()).isEqualTo("0\n1\n2\n3\n");
    }
  }

  @Test
  void givesDefaultSignalsAndASessionOfItsOwn() throws Exception {
    String status = run(List.of(), "/bin/cat", "/proc/self/status").output();
    assertThat(status).contains("SigIgn:\t0000000000000000", "SigBlk:\t0000000000000000");
    String[] stat = run(List.of(), "/bin/cat", "/proc/self/stat").output().split(" ");
    assertThat(stat[5]).as("session").isEqualTo(stat[0]);
  }

  @Test
  void saysWhyAProgramDoesNotStart() {
    assertThatThrownBy(() -> run(List.of(), "/no/such/program"))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessage("posix_spawn /no/such/program: no such file or directory");
  }

  @Test
  void aSealedProgramRunsAndCannotBeChanged() throws Exception {
    try (SealedProgram echo = SealedProgram.copy(Path.of("/bin/echo"))) {
      assertThat(run(List.of(), echo.path().toString(), "hello").output()).isEqualTo("hello\n");
      Descriptor writable = Descriptor.open(echo.path(), Descriptor.O_RDWR);
      assertThatThrownBy(() -> writable.write("x")).hasMessageContaining("not permitted");
      writable.close();
    }
  }
}
