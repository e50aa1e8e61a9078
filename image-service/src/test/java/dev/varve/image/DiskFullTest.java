package dev.varve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class DiskFullTest {
  @TempDir Path directory;
  private Path small;

  @BeforeEach
  void mount() throws Exception {
    small = Files.createDirectory(directory.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=1m", "varve-image-test", small.toString());
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", small.toString());
  }

  @Test
  void aFullDiskRefusesTheLoadAndGetsItsRoomBack() throws IOException {
    byte[] noise = new byte[2 << 20];
    new Random(1).nextBytes(noise);
    byte[] large = new TestImage(new Tar().file("noise", noise).bytes()).dockerArchive("large:1");
    TestImage fitting = TestImage.of("fits");
    try (TestService service = new TestService(small.resolve("content"))) {
      assertThatThrownBy(() -> service.load(large))
          .asInstanceOf(type(StatusRuntimeException.class))
          .satisfies(refusal -> {
            assertThat(refusal.getStatus().getDescription()).isEqualTo("no space left on device");
            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
          });

      assertThat(service.files()).isEmpty();
      assertThat(service.events()).isEmpty();
      service.load(fitting.dockerArchive("fits:1"));
      assertThat(service.inspect("fits:1").getId()).isEqualTo(fitting.id().value());
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }
}
