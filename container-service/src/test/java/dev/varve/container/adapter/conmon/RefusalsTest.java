package dev.varve.container.adapter.conmon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.application.RuntimeRefusedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "foo | 127 | crun: executable file `foo` not found in $PATH: No such file or directory"
            + " | exec: \"foo\": executable file not found in $PATH",
        "/no | 127 | crun: executable file `/no` not found in $PATH: No such file or directory"
            + " | exec: \"/no\": stat /no: no such file or directory",
        "/f  | 126 | crun: open executable: Permission denied"
            + " | exec: \"/f\": permission denied",
        "/d  | 126 | crun: open executable: Operation not permitted"
            + " | exec: \"/d\": is a directory",
        "/d  | 126 | time=\"x\" level=error msg=\"runc create failed: unable to start container"
            + " process: exec: \\\"/d\\\": is a directory\" | exec: \"/d\": is a directory",
        "foo | 127 | time=\"x\" level=error msg=\"runc create failed: unable to start container"
            + " process: exec: \\\"foo\\\": executable file not found in $PATH\""
            + " | exec: \"foo\": executable file not found in $PATH",
        "sh  | 128 | crun: mount `x` to `y`: Invalid argument | mount `x` to `y`: Invalid argument",
        "sh  | 128 | ~~ | the runtime gave no reason",
      })
  void speaksAsDockerDoes(String program, int code, String runtime, String expected) {
    RuntimeRefusedException create = Refusals.create(runtime, program);
    assertThat(create.exitCode()).isEqualTo(code);
    assertThat(create)
        .hasMessage(
            "failed to create task for container: failed to create shim task: OCI runtime create"
                + " failed: runc create failed: unable to start container process: "
                + expected
                + ": unknown");
    assertThat(Refusals.exec(runtime, program))
        .hasMessage(
            "OCI runtime exec failed: exec failed: unable to start container process: "
                + expected
                + ": unknown");
  }
}
