package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options and images made to reach what is not theirs. Every refusal leaves the engine well. */
final class HostileOptionsTest extends Conformance {
  private static final String PASSWD = "root:x:0:0:root:/root:/bin/sh\nme:x:7:7::/:/bin/sh\n";

  private String image(Tar tar, String... changes) {
    String image = reference("1");
    String[] command = new String[changes.length * 2 + 3];
    command[0] = "import";
    for (int i = 0; i < changes.length; i++) {
      command[2 * i + 1] = "-c";
      command[2 * i + 2] = changes[i];
    }
    command[command.length - 2] = "-";
    command[command.length - 1] = image;
    Docker.Result result = docker.run(tar.bytes(), command);
    assertThat(result.code()).as(result.err()).isZero();
    return image;
  }

  private void engineIsWell() {
    assertThat(wire.get("/_ping").text()).isEqualTo("OK");
  }

  /** A descriptor that the runtime left open would lead out of the container. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proc/self/fd/3",
        "/proc/self/fd/7",
        "/proc/self/fd/8",
        "/proc/self/fd/9/../..",
        "/proc/1/cwd",
        "/proc/thread-self/fd/8",
        "/proc/self/task/1/fd/8"
      })
  void aWorkingDirectoryBehindADescriptor(String directory) {
    Docker.Result run =
        docker.run("run", "--rm", "--name", name(), "-w", directory, IMAGE, "ls", "..");
    Docker.Result ofImage =
        docker.run(
            "run",
            "--rm",
            "--name",
            name(),
            image(BaseImage.programs(), "WORKDIR " + directory),
            "ls",
            "..");
    Docker.Result exec = docker.run("exec", "-w", directory, sleeper(), "ls", "..");
    // What normalises to a place of the container's own is no way out of it.
    boolean normal = directory.endsWith("/..");
    for (Docker.Result result : new Docker.Result[] {run, ofImage, exec}) {
      assertThat(result.out()).doesNotContain("varve", "bundles", "config.json", "vmlinuz");
      assertThat(result.code() != 0 || normal).as(result.out()).isTrue();
    }
    engineIsWell();
  }

  @ParameterizedTest
  @CsvSource({"proc,/etc", "dev,/etc", "sys,/etc", "proc,../../etc", "dev,/proc/1/root/etc"})
  void mountPointsThatAreLinks(String name, String target) {
    String image = image(BaseImage.programs().directory("canary/", 0755).symlink(name, target));
    Docker.Result result =
        docker.run("run", "--rm", "--name", name(), image, "sh", "-c", "ls -d /etc/passwd");
    // Refused, or mounted within the root: never the host's file.
    assertThat(result.out()).doesNotContain("/etc/passwd");
    engineIsWell();
  }

  @Test
  void aNullDeviceThatIsALink() {
    String image =
        image(
            BaseImage.programs()
                .directory("dev/", 0755)
                .symlink("dev/null", "/proc/sys/kernel/core_pattern"));
    Docker.Result result =
        docker.run(
            "run",
            "--rm",
            "--name",
            name(),
            image,
            "sh",
            "-c",
            "stat -c %t:%T /dev/null; echo x > /proc/kcore; cat /proc/keys");
    assertThat(result.out().strip()).isIn("", "1:3");
    engineIsWell();
  }

  @Test
  void groupsAreThoseOfTheUserInEveryProcess() {
    Tar tar =
        BaseImage.programs()
            .file("etc/passwd", PASSWD)
            .file("etc/group", "root:x:0:\nme:x:7:\nclub:x:70:me\n")
            .fileOfGroup("secret", 0705, 70, "everybody but the club\n");
    String image = image(tar, "USER me");
    String name = name();
    docker.ok("run", "-d", "--name", name, image, "sleep", "1000");
    assertThat(docker.ok("exec", name, "id", "-G")).isEqualTo("7 70");
    assertThat(docker.ok("exec", name, "grep", "Groups", "/proc/1/status"))
        .matches("Groups:\\s+7 70 ?");
    // Permissions that a group is denied hold although all others have them.
    assertThat(docker.run("exec", name, "cat", "/secret").code()).isNotZero();
    assertThat(docker.run("run", "--rm", "--name", name(), image, "cat", "/secret").code())
        .isNotZero();
    for (String process : new String[] {"/proc/1/status", "/proc/self/status"}) {
      assertThat(docker.ok("exec", name, "grep", "CapInh", process))
          .matches("CapInh:\\s+0000000000000000");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2147483648", "4294967296", "4294967295", "-1", "0:4294967296", "1:-1"})
  void numbersThatWouldOverflowToRoot(String user) {
    Reply create =
        wire.post(
            "/containers/create?name=" + name(),
            "{\"Image\":\"" + IMAGE + "\",\"Cmd\":[\"id\"],\"User\":\"" + user + "\"}");
    if (EngineUnderTest.isOld()) {
      Reply start = wire.post("/containers/" + create.json().get("Id").asText() + "/start");
      assertThat(start.message()).isEqualTo("uids and gids must be in range 0-2147483647");
    } else {
      assertThat(create.status()).isEqualTo(400);
      assertThat(create.message()).isEqualTo("uids and gids must be in range 0-2147483647");
    }
    assertThat(docker.run("exec", "-u", user, sleeper(), "id").code()).isNotZero();
  }

  @Test
  void userListsThatAreNone() {
    String fifo = image(BaseImage.programs().fifo("etc/passwd"), "USER me");
    String link = image(BaseImage.programs().symlink("etc/passwd", "/../../../etc/passwd"));
    String ofGroups =
        image(BaseImage.programs().file("etc/passwd", PASSWD).fifo("etc/group"), "USER me");
    for (String image : new String[] {fifo, ofGroups}) {
      Docker.Result result = docker.run("run", "--rm", "--name", name(), image, "id");
      assertThat(result.code()).as(image).isNotZero();
    }
    // The host has this user; the image has not.
    assertThat(docker.run("run", "--rm", "--name", name(), "-u", "games", link, "id").err())
        .contains("unable to find user games");
    engineIsWell();
  }

  @Test
  void aDiskInALayer() {
    String image = image(BaseImage.programs().blockDevice("disk", 254, 0));
    Docker.Result result =
        docker.run("run", "--rm", "--name", name(), image, "head", "-c", "1", "/disk");
    assertThat(result.code()).isNotZero();
    assertThat(result.out()).isEmpty();
  }

  /** Only a client may speak to the engine through labels. */
  @Test
  void labelsOfAnImageThatTheEngineWouldObey() {
    EngineUnderTest.supposedNew("its own labels are other ones");
    String image = image(BaseImage.programs(), "LABEL dev.varve.x=1 plain=2");
    String name = name();
    docker.ok("create", "--name", name, "--label", "dev.varve.y=3", image, "true");
    assertThat(inspect(name).at("/Config/Labels").toString())
        .isEqualTo("{\"dev.varve.y\":\"3\",\"plain\":\"2\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a%2Fb",
        "..%2F..%2Fetc",
        "%2e%2e",
        "a%00b",
        "%C3%BCber",
        "a%20b",
        "a%0Ab",
        "%2F%2Fa"
      })
  void namesThatWouldBePaths(String name) {
    Reply reply = wire.post("/containers/create?name=" + name, "{\"Image\":\"" + IMAGE + "\"}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(wire.get("/containers/" + name + "/json").status()).isIn(400, 404);
    engineIsWell();
  }

  @Test
  void aNameThatIsTooLongForAnything() {
    Reply reply =
        wire.post("/containers/create?name=" + "a".repeat(20_000), "{\"Image\":\"" + IMAGE + "\"}");
    assertThat(reply.status()).isIn(400, 414, 431);
    engineIsWell();
  }

  @Test
  void documentsThatAreTooMuch() {
    EngineUnderTest.supposedNew("it reads whatever comes");
    String deep =
        "{\"Image\":\"" + IMAGE + "\",\"X\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    String twice =
        "{\"Image\":\"" + IMAGE + "\",\"HostConfig\":{\"Privileged\":false,\"Privileged\":true}}";
    StringBuilder wide = new StringBuilder("{\"Image\":\"" + IMAGE + "\"");
    for (int i = 0; i < 300_000; i++) {
      wide.append(",\"k").append(i).append("\":1");
    }
    wide.append('}');
    for (String document : new String[] {deep, twice, wide.toString()}) {
      Reply reply =
          wire.call(
              "POST",
              "/containers/create?name=" + name(),
              Map.of("Content-Type", "application/json"),
              document.getBytes(StandardCharsets.UTF_8));
      // What is said twice or means nothing is no fault for Docker; what is too deep to read is.
      assertThat(reply.status()).as(reply.text()).isIn(document.equals(deep) ? 400 : 201, 400, 413);
      engineIsWell();
    }
  }
}
