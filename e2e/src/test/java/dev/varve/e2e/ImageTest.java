package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EndToEnd
final class ImageTest {
  @Test
  void saveAndLoadGiveTheSameImage(Docker docker, @TempDir Path directory) {
    String archive = directory.resolve("busybox.tar").toString();
    docker.ok("tag", "busybox", "copy:1");
    String id = docker.inspect("{{.Id}}", "copy:1");
    docker.ok("save", "-o", archive, "copy:1");
    docker.ok("rmi", "copy:1");
    assertThat(docker.ok("load", "-i", archive)).isEqualTo("Loaded image: copy:1");
    assertThat(docker.inspect("{{.Id}}", "copy:1")).isEqualTo(id);
    docker.ok("rmi", "copy:1");
  }

  @Test
  void importMakesAnImageOfFiles(Docker docker, @TempDir Path directory) {
    String files = directory.resolve("files.tar").toString();
    docker.ok("create", "--name", "source", "busybox");
    Shell.run(
            java.util.Map.of(),
            "",
            java.util.List.of(
                "tar", "-C", "/bin", "-cf", files, "--transform", "s,^,bin/,", "busybox"))
        .ok();
    docker.ok("import", "-c", "CMD [\"/bin/busybox\",\"echo\",\"imported\"]", files, "made:1");
    assertThat(docker.ok("run", "--rm", "made:1")).isEqualTo("imported");
    docker.ok("rmi", "made:1");
  }

  @Test
  void listInspectAndHistory(Docker docker) {
    assertThat(docker.ok("images", "--format", "{{.Repository}}:{{.Tag}}").lines())
        .contains("busybox:latest", "debian:bookworm");
    assertThat(docker.inspect("{{.Os}} {{json .Config.Cmd}}", "busybox"))
        .isEqualTo("linux [\"sh\"]");
    assertThat(docker.inspect("{{len .RootFS.Layers}}", "busybox")).isEqualTo("1");
    assertThat(docker.ok("history", "--no-trunc", "--format", "{{.CreatedBy}}", "busybox"))
        .contains("busybox-static");
  }

  @Test
  void anImageInUseStays(Docker docker) {
    docker.ok("tag", "busybox", "used:1");
    docker.ok("create", "--name", "user", "used:1");
    docker.ok("rmi", "used:1");
    Shell.Result refused = docker.run("rmi", "busybox");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("conflict");
    assertThat(docker.ok("images", "-q", "busybox")).isNotEmpty();
  }
}
