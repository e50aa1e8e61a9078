package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking into images shows what a container made from them shows itself. */
@EndToEnd
final class LookTest {
  /** Mode, owner and group by number, size unless it is a directory's, name and target. */
  private static List<String> inContainer(Docker docker, String image, String... words) {
    List<String> command = new ArrayList<>(List.of("run", "--rm", image));
    command.addAll(List.of(words).subList(0, words.length - 1));
    command.addAll(List.of("ls", "-lnA", words[words.length - 1]));
    List<String> seen = new ArrayList<>();
    docker
        .ok(command.toArray(String[]::new))
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
    return Shell.run(Map.of(), lines, List.of("jq", "-r", filter)).ok().lines().toList();
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
        docker.ok("run", "--rm", "debian:bookworm", "sh", "-c", "find / -xdev -mindepth 1 | wc -l");
    // The engine puts a few files of its own into a container's /dev and /etc.
    assertThat((double) listed.count()).isCloseTo(Double.parseDouble(found), Offset.offset(20.0));
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
  void namesCannotSteerTheTerminal(Engine engine, Docker docker, @TempDir Path work) {
    String make =
        "cd \"$0\" && name=$(printf 'a\\033[31mb\\377') && echo inside >\"$name\" && tar -cf i.tar \"$name\"";
    Shell.run(Map.of(), "", List.of("sh", "-c", make, work.toString())).ok();
    docker.ok("import", work.resolve("i.tar").toString(), "odd:1");
    assertThat(engine.varve("image", "ls", "odd:1").ok()).contains(" a\\033[31mb");
    assertThat(engine.get("/varve/v1/images/odd:1/files"))
        .contains("\"PathBase64\":\"L2EbWzMxbWL/\"");
    assertThat(engine.get("/varve/v1/images/odd:1/content?path64=L2EbWzMxbWL/"))
        .isEqualTo("inside");
    docker.ok("rmi", "odd:1");
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

  /** Busybox and some files; some of those changed and deleted; a directory said again. */
  private static final String THREE_LAYERS =
      """
      set -e
      cd "$0"
      mkdir -p 0/bin 0/etc 0/old 1/etc 1/old 2/etc
      cp /bin/busybox 0/bin/busybox
      echo below >0/etc/kept; echo below >0/etc/changed; echo below >0/etc/gone; echo below >0/old/hidden
      ln -s ../etc/kept 0/old/link
      echo above >1/etc/changed; echo above >1/etc/added; touch 1/etc/.wh.gone 1/old/.wh..wh..opq; echo above >1/old/new
      chmod 0700 2/etc
      for n in 0 1 2; do
        tar -C $n --mtime=@1000000000 --owner=0 --group=0 --numeric-owner -cf $n.tar .
        ids="$ids$comma\\"sha256:$(sha256sum $n.tar | cut -d' ' -f1)\\""
        steps="$steps$comma{\\"created_by\\":\\"step $n\\"}"
        comma=,
      done
      echo "{\\"architecture\\":\\"amd64\\",\\"os\\":\\"linux\\",\\"config\\":{},\\"history\\":[$steps],\\"rootfs\\":{\\"type\\":\\"layers\\",\\"diff_ids\\":[$ids]}}" >config.json
      echo '[{"Config":"config.json","Layers":["0.tar","1.tar","2.tar"],"RepoTags":["three:layers"]}]' >manifest.json
      tar -cf image.tar manifest.json config.json 0.tar 1.tar 2.tar
      """;

  @Test
  void eachFileIsOfTheTopmostLayerThatHasIt(Engine engine, Docker docker, @TempDir Path work) {
    Shell.run(Map.of(), "", List.of("sh", "-c", THREE_LAYERS, work.toString())).ok();
    docker.ok("load", "-i", work.resolve("image.tar").toString());
    for (String path : List.of("/etc", "/old")) {
      assertThat(lookedAt(engine, "three:layers", path))
          .containsExactlyInAnyOrderElementsOf(
              inContainer(docker, "three:layers", "/bin/busybox", path).stream()
                  .filter(line -> !isMadeByTheEngine(line))
                  .toList());
    }
    Map<String, Integer> layers = new LinkedHashMap<>();
    for (String path : List.of("/etc/kept", "/etc/changed", "/etc/added", "/etc", "/old/new")) {
      String blame = engine.get("/varve/v1/images/three:layers/blame?path=" + path);
      for (int ordinal = 0; ordinal < 3; ordinal++) {
        if (blame.contains("\"CreatedBy\":\"step " + ordinal + "\"")) {
          layers.put(path, ordinal);
        }
      }
    }
    assertThat(layers)
        .isEqualTo(
            Map.of("/etc/kept", 0, "/etc/changed", 1, "/etc/added", 1, "/etc", 2, "/old/new", 1));
    for (String gone : List.of("/etc/gone", "/old/hidden", "/old/link")) {
      assertThat(engine.varve("image", "blame", "three:layers", gone).err())
          .contains("no such file in the image: " + gone);
    }
    docker.ok("rmi", "three:layers");
  }

  /** What every container has in its /etc. */
  private static boolean isMadeByTheEngine(String line) {
    return Stream.of("hosts", "hostname", "resolv.conf", "mtab -> /proc/mounts")
        .anyMatch(name -> line.endsWith(" " + name));
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
