package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What containers have beside their root: binds, volumes, tmpfs, what others have. */
final class MountTest extends Conformance {
  @TempDir Path temp;

  private String run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("run", "--rm", "--name", name()));
    all.addAll(List.of(arguments));
    return docker.ok(all.toArray(String[]::new));
  }

  private String refusal(String... arguments) {
    List<String> all = new ArrayList<>(List.of("run", "--rm", "--name", name()));
    all.addAll(List.of(arguments));
    all.addAll(List.of(IMAGE, "true"));
    Docker.Result result = docker.run(all.toArray(String[]::new));
    assertThat(result.code()).isEqualTo(125);
    return result.err();
  }

  private Path host(String name) throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Files.createDirectories(temp.resolve(name));
  }

  @Test
  void aHostDirectoryIsSharedBothWays() throws IOException {
    Path dir = host("d");
    Files.writeString(dir.resolve("in"), "from the host");
    assertThat(run("-v", dir + ":/d", IMAGE, "sh", "-c", "cat /d/in; echo from inside >/d/out"))
        .isEqualTo("from the host");
    assertThat(dir.resolve("out")).hasContent("from inside\n");
  }

  @Test
  void readOnlyIsReadOnlyAndAFileIsAFile() throws IOException {
    Path file = host("d").resolve("f");
    Files.writeString(file, "content");
    Docker.Result result =
        docker.run(
            "run",
            "--rm",
            "--name",
            name(),
            "-v",
            file + ":/f:ro",
            IMAGE,
            "sh",
            "-c",
            "cat /f; echo x >/f");
    assertThat(result.out()).isEqualTo("content");
    assertThat(result.err()).contains("Read-only file system");
    assertThat(file).hasContent("content");
  }

  @Test
  void aMissingSourceIsMadeForOneAndRefusedForTheOther() throws IOException {
    Path missing = host("d").resolve("made/here");
    assertThat(refusal("--mount", "type=bind,src=" + missing + ",dst=/d"))
        .contains(
            "invalid mount config for type \"bind\": bind source path does not exist: " + missing);
    assertThat(missing).doesNotExist();
    run("-v", missing + ":/d", IMAGE, "touch", "/d/x");
    assertThat(missing.resolve("x")).exists();
  }

  @Test
  void inspectShowsWhatCameOfThem() throws IOException {
    Path dir = host("d");
    String volume = volume();
    String box = name();
    docker.ok(
        "create",
        "--name",
        box,
        "-v",
        volume + ":/p",
        "-v",
        dir + ":/b:ro",
        "--mount",
        "type=volume,dst=/anon,volume-label=q=r",
        "--mount",
        "type=tmpfs,dst=/t,tmpfs-size=1m",
        IMAGE,
        "true");
    JsonNode it = inspect(box);
    JsonNode named = mount(it, "/p");
    assertThat(named.get("Type").asText()).isEqualTo("volume");
    assertThat(named.get("Name").asText()).isEqualTo(volume);
    assertThat(named.get("Source").asText()).endsWith("/volumes/" + volume + "/_data");
    assertThat(named.get("Driver").asText()).isEqualTo("local");
    assertThat(named.get("Mode").asText()).isEqualTo("z");
    assertThat(named.get("RW").asBoolean()).isTrue();
    JsonNode bind = mount(it, "/b");
    assertThat(bind.toString())
        .isEqualTo(
            "{\"Type\":\"bind\",\"Source\":\"%s\",\"Destination\":\"/b\",\"Mode\":\"ro\",\"RW\":false,\"Propagation\":\"rprivate\"}"
                .formatted(dir));
    assertThat(mount(it, "/t").toString())
        .isEqualTo(
            "{\"Type\":\"tmpfs\",\"Source\":\"\",\"Destination\":\"/t\",\"Mode\":\"\",\"RW\":true,\"Propagation\":\"\"}");
    assertThat(mount(it, "/anon").get("Name").asText()).matches("[0-9a-f]{64}");
    // The command line sends them in any order.
    assertThat(it.at("/HostConfig/Binds"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(volume + ":/p", dir + ":/b:ro");
    assertThat(it.at("/HostConfig/Mounts").toString())
        .isEqualTo(
            "[{\"Type\":\"volume\",\"Target\":\"/anon\",\"VolumeOptions\":{\"Labels\":{\"q\":\"r\"},\"DriverConfig\":{}}},"
                + "{\"Type\":\"tmpfs\",\"Target\":\"/t\",\"TmpfsOptions\":{\"SizeBytes\":1048576}}]");
    assertThat(docker.ok("ps", "-aq", "--no-trunc", "-f", "volume=" + volume))
        .isEqualTo(it.get("Id").asText());
    assertThat(docker.ok("ps", "-aq", "--no-trunc", "-f", "volume=/b"))
        .contains(it.get("Id").asText());
    assertThat(docker.ok("ps", "-a", "-f", "name=" + box, "--format", "{{.Mounts}}"))
        .contains(volume.substring(0, Math.min(volume.length(), 12)));
    assertThat(it.at("/Config/Volumes").isNull()).isTrue();
  }

  private static JsonNode mount(JsonNode container, String destination) {
    for (JsonNode mount : container.get("Mounts")) {
      if (mount.get("Destination").asText().equals(destination)) {
        return mount;
      }
    }
    throw new AssertionError("nothing at " + destination + ": " + container.get("Mounts"));
  }

  @Test
  void anEmptyVolumeTakesOverWhatTheImageHasOnce() {
    String volume = volume();
    assertThat(run("-v", volume + ":/etc", IMAGE, "ls", "/etc")).contains("passwd");
    run("-v", volume + ":/v", IMAGE, "sh", "-c", "echo mine >/v/passwd");
    assertThat(run("-v", volume + ":/etc", IMAGE, "cat", "/etc/passwd")).isEqualTo("mine");
    String bare = volume();
    assertThat(run("-v", bare + ":/etc:nocopy", IMAGE, "ls", "/etc"))
        .contains("hostname", "hosts", "resolv.conf")
        .doesNotContain("passwd");
    String other = volume();
    assertThat(
            run(
                "--mount",
                "type=volume,src=" + other + ",dst=/etc,volume-nocopy",
                IMAGE,
                "ls",
                "/etc"))
        .doesNotContain("passwd");
  }

  @Test
  void anImagesVolumeIsAnAnonymousOne() {
    String box = name();
    docker.ok("create", "--name", box, IMAGE, "true");
    String image = reference("v");
    docker.ok("commit", "-c", "VOLUME /etc", "-c", "VOLUME /../../up", box, image);
    String other = name();
    docker.ok("run", "--name", other, image, "sh", "-c", "echo mine >/etc/passwd");
    JsonNode it = inspect(other);
    assertThat(mount(it, "/etc").get("Name").asText()).matches("[0-9a-f]{64}");
    assertThat(mount(it, "/up").get("Type").asText()).isEqualTo("volume");
    assertThat(docker.ok("diff", other)).doesNotContain("passwd");
  }

  /** Security catalogue 7: what an image wants mounted must not stand in for the kernel. */
  @Test
  void nothingOfAnImageIsMountedInProc() {
    String box = ended("ln -s /proc /way");
    for (String place : List.of("/proc", "/proc/sys", "/way/sys", "/x/../proc")) {
      String image = reference("p");
      docker.ok("commit", "-c", "VOLUME " + place, box, image);
      Docker.Result result = docker.run("run", "--rm", "--name", name(), image, "true");
      assertThat(result.code()).as(place).isNotZero();
      assertThat(result.err()).contains("cannot be mounted because it is inside /proc");
    }
  }

  @Test
  void whatAnotherContainerHas() throws IOException {
    Path dir = host("d");
    String volume = volume();
    String box = name();
    docker.ok(
        "run",
        "--name",
        box,
        "-v",
        volume + ":/v",
        "-v",
        dir + ":/d",
        "-v",
        "/anon",
        IMAGE,
        "sh",
        "-c",
        "echo v >/v/x; echo a >/anon/x");
    assertThat(run("--volumes-from", box, IMAGE, "cat", "/v/x", "/anon/x")).isEqualTo("v\na");
    Docker.Result result =
        docker.run(
            "run", "--rm", "--name", name(), "--volumes-from", box + ":ro", IMAGE, "touch", "/d/x");
    assertThat(result.err()).contains("Read-only file system");
    assertThat(refusal("--volumes-from", "nope-cf")).contains("No such container: nope-cf");
  }

  @Test
  void dataOutlivesItsContainersAndVolumesAreShared() {
    String volume = volume();
    run("-v", volume + ":/v", IMAGE, "sh", "-c", "echo kept >/v/x");
    assertThat(run("-v", volume + ":/other", IMAGE, "cat", "/other/x")).isEqualTo("kept");
  }

  @Test
  void partOfAVolumeAndNothingBesideIt() throws IOException {
    EngineUnderTest.supposedNew("it mounts whole volumes only");
    String volume = volume();
    run(
        "-v",
        volume + ":/v",
        IMAGE,
        "sh",
        "-c",
        "mkdir -p /v/a/b; echo in >/v/a/b/x; ln -s /etc /v/out; ln -s a/b /v/in");
    assertThat(
            run(
                "--mount",
                "type=volume,src=" + volume + ",dst=/p,volume-subpath=a/b",
                IMAGE,
                "cat",
                "/p/x"))
        .isEqualTo("in");
    assertThat(
            run(
                "--mount",
                "type=volume,src=" + volume + ",dst=/p,volume-subpath=in",
                IMAGE,
                "cat",
                "/p/x"))
        .isEqualTo("in");
    refusal("--mount", "type=volume,src=" + volume + ",dst=/p,volume-subpath=out");
    assertThat(
            docker
                .run(
                    "run",
                    "--rm",
                    "--name",
                    name(),
                    "--mount",
                    "type=volume,src=" + volume + ",dst=/p,volume-subpath=none",
                    IMAGE,
                    "true")
                .code())
        .isEqualTo(127);
    assertThat(refusal("--mount", "type=volume,src=" + volume + ",dst=/p,volume-subpath=../x"))
        .contains("subpath must be a relative path within the volume");
  }

  @Test
  void copiesReachAVolumeWhetherItsContainerRunsOrNot() throws IOException {
    String volume = volume();
    String box = name();
    Path file = host("d").resolve("f");
    Files.writeString(file, "copied");
    docker.ok("create", "--name", box, "-v", volume + ":/v", IMAGE, "sleep", "1000");
    docker.ok("cp", file.toString(), box + ":/v/stopped");
    docker.ok("start", box);
    docker.ok("cp", file.toString(), box + ":/v/running");
    assertThat(docker.ok("exec", box, "cat", "/v/stopped", "/v/running")).isEqualTo("copiedcopied");
    docker.ok("kill", box);
    Path out = host("out");
    docker.ok("cp", box + ":/v", out.toString());
    assertThat(out.resolve("v/running")).hasContent("copied");
  }

  @Test
  void treesAreCopiedWithTheVolumesInThem() throws IOException {
    String volume = volume();
    String box = name();
    Path bound = host("bound");
    Files.writeString(bound.resolve("b"), "of the host");
    Path tree = host("top");
    Files.createDirectories(tree.resolve("vol/deep"));
    Files.writeString(tree.resolve("own"), "in the root");
    Files.writeString(tree.resolve("vol/deep/f"), "in the volume");
    docker.ok(
        "create",
        "--name",
        box,
        "-v",
        volume + ":/top/vol",
        "-v",
        bound + ":/top/bound",
        IMAGE,
        "sleep",
        "1000");
    for (String state : List.of("stopped", "running")) {
      docker.ok("cp", tree.toString(), box + ":/");
      Path out = host("out-" + state);
      docker.ok("cp", box + ":/top", out.toString());
      assertThat(out.resolve("top/own")).hasContent("in the root");
      assertThat(out.resolve("top/vol/deep/f")).hasContent("in the volume");
      assertThat(out.resolve("top/bound/b")).hasContent("of the host");
      docker.ok("start", box);
      assertThat(docker.ok("exec", box, "cat", "/top/own", "/top/vol/deep/f"))
          .isEqualTo("in the rootin the volume");
    }
    assertThat(docker.ok("run", "--rm", "--name", name(), "-v", volume + ":/v", IMAGE, "ls", "/v"))
        .isEqualTo("deep");
  }

  @Test
  void tmpfsInBothForms() {
    assertThat(
            run(
                "--tmpfs",
                "/t:size=64k,uid=3",
                "--mount",
                "type=tmpfs,dst=/m,tmpfs-size=1m,tmpfs-mode=700",
                IMAGE,
                "sh",
                "-c",
                "grep -E ' /(t|m) ' /proc/mounts; stat -c %a /m"))
        .contains("size=64k,uid=3", "size=1024k", "nosuid,nodev,noexec")
        .endsWith("700");
  }

  @Test
  void mountsInMountsWhateverTheOrder() throws IOException {
    Path outer = host("outer");
    Path inner = host("inner");
    Files.writeString(inner.resolve("x"), "inner");
    assertThat(
            run(
                "-v",
                inner + ":/a/b",
                "-v",
                outer + ":/a",
                "--tmpfs",
                "/a/t",
                IMAGE,
                "sh",
                "-c",
                "cat /a/b/x; touch /a/t/y"))
        .isEqualTo("inner");
    assertThat(outer.resolve("t")).isEmptyDirectory();
  }

  @Test
  void whatMayNotBe() throws IOException {
    Path dir = host("d");
    assertThat(refusal("-v", dir + ":/")).contains("destination can't be '/'");
    assertThat(refusal("-v", "cfx:/a", "-v", "cfy:/a")).contains("Duplicate mount point: /a");
    assertThat(refusal("-v", "cfx:/a:bogus")).contains("invalid mode: bogus");
    assertThat(refusal("-v", dir + ":/proc/foo"))
        .contains("cannot be mounted because it is inside /proc");
    assertThat(refusal("-v", dir + "/x:/../proc/sys")).contains("cannot be mounted because");
    // By the wire: the command line takes any 404 for a missing image.
    String mount =
        "{\"Type\":\"volume\",\"Source\":\"cfx\",\"Target\":\"/a\",\"VolumeOptions\":{\"DriverConfig\":{\"Name\":\"nope\"}}}";
    Reply unknown =
        wire.post(
            "/containers/create",
            "{\"Image\":\"%s\",\"Cmd\":[\"true\"],\"HostConfig\":{\"Mounts\":[%s]}}"
                .formatted(IMAGE, mount));
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.message())
        .isEqualTo("create cfx: error looking up volume plugin nope: plugin \"nope\" not found");
    assertThat(wire.get("/volumes/cfx").status()).isEqualTo(404);
  }

  @Test
  void aLinkInTheRootNeverLeadsAMountOutOfIt() throws IOException {
    Path canary = host("canary");
    Path dir = host("d");
    String box = name();
    docker.ok(
        "run", "--name", box, IMAGE, "sh", "-c", "ln -s " + canary + " /link; ln -s /proc /toproc");
    String image = reference("links");
    docker.ok("commit", box, image);
    docker.run("run", "--rm", "--name", name(), "-v", dir + ":/link/sub", image, "true");
    assertThat(canary).isEmptyDirectory();
    Docker.Result result =
        docker.run("run", "--rm", "--name", name(), "-v", dir + ":/toproc/sys", image, "true");
    assertThat(result.code()).isNotZero();
  }

  @Test
  void belowAReadOnlyMountAllIsReadOnly() throws IOException {
    EngineUnderTest.supposedNew("what is mounted below stays writable");
    Path dir = host("d");
    String result =
        run(
            "-v",
            "/dev:/d:ro",
            IMAGE,
            "sh",
            "-c",
            "touch /d/shm/cf-x 2>&1; grep ' /d/shm ' /proc/mounts | head -1");
    assertThat(result).contains("Read-only file system");
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void theEnginesOwnSocketWorksInside() throws IOException {
    Path client = host("d").resolve("docker");
    for (String directory : System.getenv("PATH").split(":")) {
      Path found = Path.of(directory, "docker");
      if (!Files.exists(client) && Files.isExecutable(found)) {
        Files.copy(found, client);
      }
    }
    String box = name();
    String id =
        docker.ok(
            "run",
            "-d",
            "--name",
            box,
            "-v",
            client + ":/docker:ro",
            "-v",
            EngineUnderTest.socket() + ":/var/run/docker.sock",
            IMAGE,
            "sleep",
            "1000");
    assertThat(docker.ok("exec", box, "/docker", "ps", "-q", "--no-trunc", "-f", "name=" + box))
        .isEqualTo(id);
  }

  /** Security catalogue 6 and 12: the place of a mount is swapped while containers start. */
  @Test
  void aRaceForAMountsPlaceChangesNothingOnTheHost() throws IOException {
    Path canary = host("canary");
    String volume = volume();
    String racer = name();
    docker.ok(
        "run",
        "-d",
        "--name",
        racer,
        "-v",
        volume + ":/v",
        IMAGE,
        "sh",
        "-c",
        "while :; do mkdir -p /v/t; rmdir /v/t; ln -s " + canary + " /v/t; rm /v/t; done");
    Path dir = host("d");
    for (int round = 0; round < 10; round++) {
      docker.run(
          "run",
          "--rm",
          "--name",
          name(),
          "-v",
          volume + ":/v",
          "-v",
          dir + ":/v/t/deeper",
          IMAGE,
          "true");
    }
    docker.ok("rm", "-f", racer);
    assertThat(canary).isEmptyDirectory();
    assertThat(dir).isEmptyDirectory();
  }
}
