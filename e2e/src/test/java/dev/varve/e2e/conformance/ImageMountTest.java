package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The files of another image beside a container's root: {@code --mount type=image}. */
final class ImageMountTest extends Conformance {
  private String image = "";
  private String imageId = "";

  @BeforeEach
  void makeImage() {
    String box =
        ended(
            "mkdir -p /kit/sub /kit/hack; echo bar >/kit/foo; echo world >/kit/sub/hello;"
                + " ln -s ../sub /kit/hack/good; ln -s / /kit/hack/root; ln -s root /kit/hack/bad");
    image = reference("kit");
    imageId = docker.ok("commit", box, image);
  }

  private List<String> arguments(String verb, String options, String... command) {
    List<String> all = new ArrayList<>(List.of(verb, "--name", name()));
    all.addAll(List.of("--mount", "type=image,source=" + image + ",target=/i" + options, IMAGE));
    all.addAll(List.of(command));
    return all;
  }

  private Docker.Result run(String options, String... command) {
    List<String> all = arguments("run", options, command);
    all.add(1, "--rm");
    return docker.run(all.toArray(String[]::new));
  }

  private String create(String options, String... command) {
    List<String> all = arguments("create", options, command);
    docker.ok(all.toArray(String[]::new));
    return all.get(2);
  }

  @Test
  void itsFilesAreThereForReadingOnly() {
    Docker.Result result = run("", "sh", "-c", "cat /i/kit/foo; ls /i/bin/sh; echo x >/i/kit/foo");
    assertThat(result.lines()).containsExactly("bar", "/i/bin/sh");
    assertThat(result.err()).contains("Read-only file system");
    assertThat(run("", "stat", "-c", "%a %u", "/i").out())
        .isEqualTo(run("", "stat", "-c", "%a %u", "/").out());
  }

  @Test
  void inspectShowsIt() {
    JsonNode it = inspect(create(",image-subpath=kit", "true"));
    JsonNode mount = it.get("Mounts").get(0);
    assertThat(mount.get("Type").asText()).isEqualTo("image");
    assertThat(mount.get("Name").asText()).isEqualTo(image);
    assertThat(mount.get("Source").asText()).startsWith("/");
    assertThat(mount.get("Destination").asText()).isEqualTo("/i");
    assertThat(mount.get("RW").asBoolean()).isFalse();
    assertThat(mount.get("Propagation").asText()).isEqualTo("rprivate");
    assertThat(it.at("/HostConfig/Mounts").toString())
        .isEqualTo(
            "[{\"Type\":\"image\",\"Source\":\"%s\",\"Target\":\"/i\",\"ImageOptions\":{\"Subpath\":\"kit\"}}]"
                .formatted(image));
  }

  @Test
  void aPartOfItMayBeMounted() {
    assertThat(run(",image-subpath=kit/sub", "ls", "/i").lines()).containsExactly("hello");
    assertThat(run(",image-subpath=kit/hack/good", "ls", "/i").lines()).containsExactly("hello");
    assertThat(run(",image-subpath=kit/sub/hello", "cat", "/i").lines()).containsExactly("world");
  }

  @Test
  void noPartLiesOutsideOfIt() {
    for (String link :
        List.of("kit/hack/bad", "kit/hack/root", "kit/nothing", "kit/hack/bad/etc")) {
      Docker.Result result = run(",image-subpath=" + link, "ls", "/i");
      assertThat(result.code()).as(link).isBetween(125, 127);
      assertThat(result.err()).contains("cannot access path");
    }
    for (String path : List.of("../../../etc", "/etc", "kit/../..")) {
      assertThat(run(",image-subpath=" + path, "true").err())
          .contains(
              "invalid mount config for type \"image\": subpath must be a relative path within the"
                  + " volume");
    }
  }

  @Test
  void whatIsMountedIsInUse() {
    String box = create("", "cat", "/i/kit/foo");
    String id = idOf(box).substring(0, 12);
    Docker.Result refused = docker.run("rmi", image);
    assertThat(refused.err())
        .contains("container " + id + " is using its referenced image " + imageId.substring(7, 19));
    assertThat(docker.run("rmi", imageId).err())
        .contains("image is being used by stopped container " + id);
    docker.ok("rmi", "-f", image);
    assertThat(docker.ok("start", "-a", box)).isEqualTo("bar");
    docker.ok("rm", box);
    assertThat(docker.run("run", "--rm", imageId, "true").code()).isEqualTo(125);
  }

  @Test
  void oneImageAtTwoPlacesAndInAnotherContainer() {
    String box = name();
    String mount = "type=image,source=" + image + ",target=";
    docker.ok(
        "run",
        "-d",
        "--name",
        box,
        "--mount",
        mount + "/a",
        "--mount",
        mount + "/b",
        IMAGE,
        "sleep",
        "1000");
    assertThat(docker.ok("exec", box, "cat", "/a/kit/foo", "/b/kit/foo")).isEqualTo("bar\nbar");
    assertThat(
            docker.ok(
                "run", "--rm", "--name", name(), "--volumes-from", box, IMAGE, "cat", "/a/kit/foo"))
        .isEqualTo("bar");
    docker.ok("rm", "-f", box);
  }

  @Test
  void itIsCopiedFromAndNeverTo() {
    String box = create(",image-subpath=kit", "sleep", "1000");
    for (int i = 0; i < 2; i++) {
      byte[] archive = docker.run("cp", box + ":/i/sub/hello", "-").bytes();
      assertThat(new String(archive, StandardCharsets.US_ASCII)).contains("world");
      assertThat(docker.run(archive, "cp", "-", box + ":/i/sub").code()).isNotZero();
      docker.ok("start", box);
    }
  }

  @Test
  void refusals() {
    String mount = "{\"Image\":\"%s\",\"HostConfig\":{\"Mounts\":[%s]}}";
    Map<String, Integer> wanted =
        Map.of(
            "{\"Type\":\"image\",\"Target\":\"/i\"}", 400,
            "{\"Type\":\"image\",\"Source\":\"nope:nope\",\"Target\":\"/i\"}", 404,
            "{\"Type\":\"image\",\"Source\":\"%s\",\"Target\":\"/i\",\"BindOptions\":{}}", 400,
            "{\"Type\":\"volume\",\"Target\":\"/i\",\"ImageOptions\":{}}", 400);
    wanted.forEach((body, status) ->
        assertThat(
                wire.post(
                        "/v1.48/containers/create",
                        mount.formatted(IMAGE, body.replace("%s", image)))
                    .status())
            .as(body)
            .isEqualTo(status));
    Reply old =
        wire.post(
            "/v1.47/containers/create",
            mount.formatted(
                IMAGE, "{\"Type\":\"image\",\"Source\":\"" + image + "\",\"Target\":\"/i\"}"));
    assertThat(old.status()).isEqualTo(400);
    assertThat(old.text()).contains("needs API v1.48 or newer");
  }
}
