package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docker cp} and the archive endpoints, of containers in all states. */
final class CopyTest extends Conformance {
  @TempDir Path temp;

  private static String archive(String container, String path) {
    return "/containers/"
        + container
        + "/archive?path="
        + URLEncoder.encode(path, StandardCharsets.UTF_8);
  }

  private Reply put(String container, String path, byte[] tar) {
    return wire.call(
        "PUT", archive(container, path), Map.of("Content-Type", "application/x-tar"), tar);
  }

  private JsonNode stat(String container, String path) {
    Reply reply = wire.call("HEAD", archive(container, path), Map.of(), new byte[0]);
    assertThat(reply.status()).as(path).isEqualTo(200);
    byte[] json = Base64.getDecoder().decode(reply.header("x-docker-container-path-stat"));
    return Reply.parse(new String(json, StandardCharsets.UTF_8));
  }

  private static void refused(Reply reply, int status, String message) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.message()).contains(message);
  }

  @Test
  void aPathsStatusIsInAHeader() {
    String name = sleeper();
    docker.ok(
        "exec", name, "sh", "-c", "echo hello >/f; chmod 4755 /f; ln -s f /l; mkfifo /p; mkdir /d");
    JsonNode file = stat(name, "/f");
    assertThat(file.get("name").asText()).isEqualTo("f");
    assertThat(file.get("size").asInt()).isEqualTo(6);
    assertThat(file.get("mode").asLong()).isEqualTo(1L << 23 | 0755);
    assertThat(file.get("mtime").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
    assertThat(file.get("linkTarget").asText()).isEmpty();
    assertThat(stat(name, "/l").get("linkTarget").asText()).isEqualTo("/f");
    assertThat(stat(name, "/l").get("mode").asLong()).isEqualTo(1L << 27 | 0777);
    assertThat(stat(name, "/p").get("mode").asLong()).isEqualTo(1L << 25 | 0644);
    assertThat(stat(name, "/d/").get("mode").asLong()).isEqualTo(1L << 31 | 0755);
    assertThat(stat(name, "/").get("name").asText()).isEqualTo("/");
    Reply get = wire.get(archive(name, "/f"));
    assertThat(get.header("content-type")).isEqualTo("application/x-tar");
    assertThat(get.header("x-docker-container-path-stat")).isNotEmpty();
    assertThat(get.body().length % 512).isZero();
    Reply packed =
        wire.call("GET", archive(name, "/f"), Map.of("Accept-Encoding", "gzip"), new byte[0]);
    assertThat(packed.header("content-encoding")).isEqualTo("gzip");
    assertThat(packed.body()).startsWith(0x1f, 0x8b);
  }

  @Test
  void refusals() {
    String name = created("true");
    byte[] tar = new Tar().file("n", "").bytes();
    assertThat(wire.get("/containers/" + name + "/archive").status()).isEqualTo(400);
    refused(
        wire.get(archive(name, "/nope")),
        404,
        "Could not find the file /nope in container " + name);
    refused(wire.get(archive("cf-nope", "/")), 404, "No such container: cf-nope");
    assertThat(wire.call("HEAD", archive(name, "/nope"), Map.of(), new byte[0]).status())
        .isEqualTo(404);
    refused(wire.get(archive(name, "/etc/passwd/")), 500, "not a directory");
    refused(put(name, "/nope", tar), 404, "Could not find the file /nope in container " + name);
    refused(
        put(name, "/etc/passwd", tar),
        EngineUnderTest.isOld() ? 500 : 400,
        "extraction point is not a directory");
    refused(put(name, "/", new byte[] {'x'}), 500, "unexpected EOF");
    refused(
        put(name, "/tmp", new Tar().file("../x", "").bytes()),
        500,
        "\"../x\" is outside of \"/tmp\"");
    assertThat(put(name, "/", new Tar().file("../x", "").bytes()).status()).isEqualTo(200);
    assertThat(stat(name, "/x").get("name").asText()).isEqualTo("x");
    String readOnly = name();
    docker.ok("create", "--read-only", "--name", readOnly, IMAGE, "true");
    refused(
        put(readOnly, "/", tar),
        EngineUnderTest.isOld() ? 500 : 403,
        "container rootfs is marked read-only");
  }

  @Test
  void theCliCopiesBothWays() throws IOException {
    Path tree = Files.createDirectories(temp.resolve("tree/sub"));
    Files.writeString(tree.resolve("deep"), "deep");
    Files.writeString(temp.resolve("tree/top"), "top");
    Files.createSymbolicLink(temp.resolve("tree/link"), Path.of("top"));
    String from = temp.resolve("tree").toString();
    String name = sleeper();
    docker.ok("exec", name, "mkdir", "/there");
    docker.ok("cp", from, name + ":/there");
    docker.ok("cp", from, name + ":/fresh");
    docker.ok("cp", from + "/.", name + ":/there");
    docker.ok("cp", "-q", from + "/top", name + ":/renamed");
    docker.ok("cp", "-L", from + "/link", name + ":/followed");
    assertThat(
            docker
                .ok("exec", name, "sh", "-c", "cd /; find there fresh renamed followed | sort")
                .lines())
        .containsExactly(
            "followed",
            "fresh",
            "fresh/link",
            "fresh/sub",
            "fresh/sub/deep",
            "fresh/top",
            "renamed",
            "there",
            "there/link",
            "there/sub",
            "there/sub/deep",
            "there/top",
            "there/tree",
            "there/tree/link",
            "there/tree/sub",
            "there/tree/sub/deep",
            "there/tree/top");
    assertThat(docker.ok("exec", name, "cat", "/followed")).isEqualTo("top");
    Path back = temp.resolve("back");
    docker.ok("cp", name + ":/fresh", back.toString());
    assertThat(back.resolve("sub/deep")).hasContent("deep");
    assertThat(back.resolve("link")).isSymbolicLink();
    docker.ok("cp", name + ":/fresh/top", temp.resolve("one").toString());
    assertThat(temp.resolve("one")).hasContent("top");
    for (List<String> wrong :
        List.of(
            List.of(from + "/top", name + ":/no/such/", "no such directory"),
            List.of(from, name + ":/renamed", "cannot copy directory"),
            List.of(name + ":/nope", temp.toString(), "Could not find the file /nope"),
            List.of(name + ":/fresh", name + ":/other", "copying between containers"))) {
      Docker.Result result = docker.run("cp", wrong.get(0), wrong.get(1));
      assertThat(result.code()).as(wrong.toString()).isEqualTo(1);
      assertThat(result.err()).contains(wrong.get(2));
    }
  }

  @Test
  void aTarGoesThroughThePipes() {
    String name = created("sh", "-c", "cat /d/f");
    byte[] tar = new Tar().directory("d/", 0755).file("d/f", "streamed").bytes();
    assertThat(docker.run(tar, "cp", "-", name + ":/").code()).isZero();
    assertThat(docker.run("start", "-a", name).out()).isEqualTo("streamed");
    byte[] out = docker.run("cp", name + ":/d", "-").bytes();
    assertThat(new String(out, StandardCharsets.ISO_8859_1)).contains("d/f", "streamed");
    assertThat(docker.run("diff", name).lines()).contains("A /d", "A /d/f");
  }

  @Test
  void owners() {
    String name = name();
    docker.ok("run", "-d", "--name", name, "-u", "7:8", IMAGE, "sleep", "1000");
    byte[] tar = new Tar().file("f", "").bytes();
    assertThat(put(name, "/tmp", tar).status()).isEqualTo(200);
    assertThat(docker.ok("exec", name, "stat", "-c", "%u", "/tmp/f")).isEqualTo("0");
    EngineUnderTest.supposedNew("it asks the host who 7:8 is");
    assertThat(put(name, "/tmp", new Tar().file("g", "").bytes()).status()).isEqualTo(200);
    wire.call("PUT", archive(name, "/tmp") + "&copyUIDGID=1", Map.of(), tar);
    assertThat(docker.ok("exec", name, "stat", "-c", "%u:%g", "/tmp/f")).isEqualTo("7:8");
  }

  @Test
  void copiesAreEventsAndCountInSizes() {
    String name = sleeper();
    String since = now();
    byte[] tar = new Tar().file("f", 0644, new byte[100_000]).bytes();
    assertThat(put(name, "/", tar).status()).isEqualTo(200);
    assertThat(size(name)).isBetween(100_000L, 200_000L);
    assertThat(wire.get(archive(name, "/f")).status()).isEqualTo(200);
    docker.ok("top", name);
    assertThat(actions(name, since)).containsExactly("extract-to-dir", "archive-path", "top");
    docker.ok("kill", name);
    docker.ok("wait", name);
    long ended = size(name);
    assertThat(put(name, "/etc", tar).status()).isEqualTo(200);
    assertThat(size(name)).isEqualTo(ended + 100_000);
  }

  private long size(String name) {
    return wire.get("/containers/" + name + "/json?size=1").json().get("SizeRw").asLong();
  }

  @Test
  void aPausedContainerIsCopiedFromAndTo() {
    String name = sleeper();
    docker.ok("pause", name);
    assertThat(put(name, "/", new Tar().file("f", "x").bytes()).status()).isEqualTo(200);
    assertThat(wire.get(archive(name, "/f")).status()).isEqualTo(200);
    docker.ok("unpause", name);
    assertThat(docker.ok("exec", name, "cat", "/f")).isEqualTo("x");
  }

  @Test
  void anUploadThatBreaksOffLeavesNoPart() throws IOException {
    EngineUnderTest.supposedNew("it leaves the part");
    String name = sleeper();
    byte[] tar = new Tar().file("whole", "w").file("part", 0644, new byte[1 << 20]).bytes();
    String head =
        "PUT %s HTTP/1.1\r\nHost: docker\r\nContent-Length: %d\r\n\r\n"
            .formatted(archive(name, "/tmp"), tar.length);
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(EngineUnderTest.socket()))) {
      channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
      for (ByteBuffer half = ByteBuffer.wrap(tar, 0, 1 << 19); half.hasRemaining(); ) {
        channel.write(half);
      }
      await().until(() -> statusOf(name, "/tmp/part") == 200);
    }
    await().until(() -> statusOf(name, "/tmp/part") == 404);
    assertThat(statusOf(name, "/tmp/whole")).isEqualTo(200);
  }

  private int statusOf(String name, String path) {
    return wire.call("HEAD", archive(name, path), Map.of(), new byte[0]).status();
  }

  /** Where dockerd sees only what lies below. */
  @Test
  void whatIsMountedInARunningContainerIsReached() {
    EngineUnderTest.supposedNew("it does not look where the container does");
    String name = sleeper("--read-only", "--tmpfs", "/scratch");
    docker.ok("exec", name, "sh", "-c", "echo there >/scratch/f");
    assertThat(wire.get(archive(name, "/scratch/f")).text()).contains("there");
    assertThat(put(name, "/scratch", new Tar().file("n", "in").bytes()).status()).isEqualTo(200);
    assertThat(docker.ok("exec", name, "cat", "/scratch/n")).isEqualTo("in");
    refused(
        put(name, "/etc", new Tar().file("n", "in").bytes()),
        403,
        "container rootfs is marked read-only");
    assertThat(wire.get(archive(name, "/etc/hosts")).text()).contains("localhost");
    assertThat(wire.get(archive(name, "/proc/1/stat")).status()).isEqualTo(404);
    assertThat(wire.get(archive(name, "/sys/kernel")).status()).isEqualTo(404);
  }

  /** A container swaps a directory for a link to the host while its files are copied. */
  @Test
  void aHostileContainerLeadsNowhere() throws Exception {
    Files.writeString(temp.resolve("canary"), "alive");
    String line =
        "mkdir /a; ln -s %s /b; while :; do mv /a /t; mv /b /a; mv /t /b; mv /a /t; mv /b /a; mv /t /b; done"
            .formatted(temp);
    String name = name();
    docker.ok("run", "-d", "--name", name, IMAGE, "sh", "-c", line);
    byte[] tar = new Tar().directory("a/", 0700).file("a/f", "in").bytes();
    for (int i = 0; i < 100; i++) {
      put(name, "/", tar);
      assertThat(wire.get(archive(name, "/a/canary")).status()).isNotEqualTo(200);
    }
    try (var names = Files.list(temp)) {
      assertThat(names).containsExactly(temp.resolve("canary"));
    }
  }
}
