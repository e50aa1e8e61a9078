package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Looking into images shows what a container made from them shows itself. */
@EndToEnd
final class LookTest {
  /** Mode, owner and group by number, size unless it is a directory's, name and target. */
  private static List<String> inContainer(Docker docker, String image, String path) {
    List<String> seen = new ArrayList<>();
    docker
        .ok("run", "--rm", image, "ls", "-lnA", path)
        .lines()
        .filter(line -> !line.startsWith("total "))
        .forEach(line -> {
          String[] word = line.split(" +", 6);
          boolean device = word[0].startsWith("c") || word[0].startsWith("b");
          // Month, day and time or year come between the size and the name.
          String name = word[5].split(" +", device ? 5 : 4)[device ? 4 : 3];
          boolean directory = word[0].startsWith("d");
          String size = device || directory ? "" : word[4];
          seen.add(String.join(" ", word[0], word[2], word[3], size, name));
        });
    return seen;
  }

  private static List<String> lookedAt(Engine engine, String image, String path) {
    // The numbers, which only the API has.
    String filter =
        "\"\\(.Permissions) \\(.Uid) \\(.Gid) \\(if .Type == \"directory\" or .Device then \"\""
            + " else .Size end) \\(.Path | split(\"/\")[-1])"
            + "\\(if .Target then \" -> \" + .Target else \"\" end)\"";
    String lines = engine.get("/varve/v1/images/" + image + "/files?path=" + path);
    return Shell.run(java.util.Map.of(), lines, List.of("jq", "-r", filter)).ok().lines().toList();
  }

  @Test
  void listsAreThoseOfAContainer(Engine engine, Docker docker) {
    for (String path : List.of("/bin/", "/usr", "/var", "/tmp", "/home", "/root", "/var/log")) {
      assertThat(lookedAt(engine, "debian:bookworm", path))
          .as(path)
          .containsExactlyInAnyOrderElementsOf(inContainer(docker, "debian:bookworm", path));
    }
    assertThat(lookedAt(engine, "busybox", "/bin"))
        .containsExactlyInAnyOrderElementsOf(inContainer(docker, "busybox", "/bin"));
  }

  @Test
  void allOfAnImageIsListed(Engine engine, Docker docker) {
    Stream<String> listed =
        engine.get("/varve/v1/images/debian:bookworm/files?recursive=1").lines();
    String found =
        docker.ok(
            "run", "--rm", "debian:bookworm", "sh", "-c", "find / -xdev -mindepth 1 | wc -l");
    // The engine puts a few files of its own into a container's /dev and /etc.
    assertThat((double) listed.count())
        .isCloseTo(Double.parseDouble(found), org.assertj.core.data.Offset.offset(20.0));
  }

  @Test
  void theCommandShowsNamesAndContent(Engine engine, Docker docker) {
    assertThat(engine.varve("image", "ls", "debian:bookworm", "/etc/shadow").ok())
        .startsWith("-rw-r----- root shadow ")
        .endsWith(" shadow");
    assertThat(engine.varve("image", "ls", "debian:bookworm", "/bin").ok())
        .startsWith("lrwxrwxrwx root root ")
        .endsWith(" bin -> usr/bin");
    assertThat(engine.varve("image", "cat", "debian:bookworm", "/etc/debian_version").ok())
        .isEqualTo(docker.ok("run", "--rm", "debian:bookworm", "cat", "/etc/debian_version"));
    assertThat(engine.varve("image", "ls", "-R", "busybox", "/etc").ok())
        .startsWith("/etc:\n")
        .contains(" passwd");
  }

  @Test
  void theLayerAndWhatBroughtItAreTold(Engine engine, Docker docker) {
    String blame = engine.varve("image", "blame", "busybox", "/bin/sh").ok();
    assertThat(blame)
        .contains("path      /bin/sh\n")
        .contains("layer     0, ")
        .contains("diff id   " + docker.inspect("{{index .RootFS.Layers 0}}", "busybox"))
        .contains("made by   busybox-static")
        .contains("came by   load\n")
        .contains("by whom   unix:uid=0,");
  }

  @Test
  void differencesAreDockersLines(Engine engine, Docker docker) {
    assertThat(engine.varve("image", "diff", "busybox", "busybox").ok()).isEmpty();
    assertThat(engine.varve("image", "diff", "busybox", "debian:bookworm").ok().lines())
        .contains("C /etc", "C /etc/passwd", "A /etc/debian_version", "C /bin", "D /linuxrc");
  }

  @Test
  void refusalsEndTheCommand(Engine engine) {
    Shell.Result missing = engine.varve("image", "cat", "busybox", "/nowhere");
    assertThat(missing.exit()).isEqualTo(1);
    assertThat(missing.out()).isEmpty();
    assertThat(missing.err()).isEqualTo("varve: no such file in the image: /nowhere\n");
    Shell.Result directory = engine.varve("image", "cat", "busybox", "/etc");
    assertThat(directory.exit()).isEqualTo(1);
    assertThat(directory.err()).contains("/etc is a directory in the image");
    Shell.Result noImage = engine.varve("image", "ls", "nope/nope");
    assertThat(noImage.exit()).isEqualTo(1);
    assertThat(noImage.err()).contains("No such image: nope/nope:latest");
  }
}
