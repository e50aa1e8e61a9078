package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that arrive as archives, and the file systems that their layers make. */
final class ImageLoadTest extends Conformance {
  private static final byte[] UPPER =
      new Tar()
          .directory("etc/", 0755)
          .file("etc/.wh.group", "")
          .file("etc/hello", "hello\n")
          .directory("tmp/", 01777)
          .hardlink("etc/again", "etc/hello")
          .symlink("etc/link", "hello")
          .bytes();

  @Test
  void aDockerArchive() {
    ImageArchive image = archive();
    Reply reply = wire.postTar("/images/load", image.dockerArchive());
    assertLoaded(reply, image);
  }

  /** The legacy image store of 20.10 wants manifest.json; engines from 25 on read a bare layout. */
  @Test
  void anOciLayout() {
    EngineUnderTest.supposedNew("its image store wants manifest.json");
    ImageArchive image = archive();
    assertLoaded(wire.postTar("/images/load", image.ociLayout()), image);
  }

  @Test
  void aCompressedArchive() {
    ImageArchive image = archive();
    assertLoaded(
        wire.postTar("/images/load?quiet=1", ImageArchive.gzip(image.dockerArchive())), image);
  }

  @Test
  void layersWithoutAName() {
    ImageArchive image = new ImageArchive("", BaseImage.rootFileSystem(), UPPER);
    removeImage(image.id());
    assertThat(wire.postTar("/images/load", image.dockerArchive()).text())
        .contains("\"stream\":\"Loaded image ID: " + image.id() + "\\n\"");
    assertThat(docker.ok("run", "--rm", "--name", name(), image.id(), "cat", "/etc/hello"))
        .isEqualTo("hello");
  }

  @Test
  void theLayersMakeTheFileSystem() {
    String reference = reference("layers");
    wire.postTar(
        "/images/load",
        new ImageArchive(reference, BaseImage.rootFileSystem(), UPPER).dockerArchive());
    String seen =
        docker.ok(
            "run",
            "--rm",
            "--name",
            name(),
            reference,
            "sh",
            "-c",
            "cat /etc/hello /etc/again /etc/link; test -e /etc/group || echo whited out; stat -c '%a %h' /etc/hello; stat -c %a /tmp /root; echo $MADE; ls -a /etc | grep wh; true");
    assertThat(seen.lines())
        .containsExactly("hello", "hello", "hello", "whited out", "644 2", "1777", "700", "here");
  }

  @Test
  void loadingTwiceIsOneImage() {
    ImageArchive image = archive();
    assertLoaded(wire.postTar("/images/load", image.dockerArchive()), image);
    assertLoaded(wire.postTar("/images/load", image.dockerArchive()), image);
    assertThat(docker.ok("images", "-q", "--no-trunc").lines().filter(image.id()::equals))
        .hasSize(1);
  }

  @Test
  void theCliLoads() {
    ImageArchive image = archive();
    Docker.Result result = docker.run(image.dockerArchive(), "load");
    assertThat(result.out()).startsWith("Loaded image: conformance/");
    assertThat(docker.run(image.dockerArchive(), "load", "-q").out())
        .startsWith("Loaded image: conformance/");
  }

  @Test
  void anImportIsOneLayerWithTheChangesAsked() {
    String reference = reference("imported");
    Docker.Result result =
        docker.run(
            BaseImage.rootFileSystem(),
            "import",
            "-c",
            "CMD [\"echo\",\"hi\"]",
            "-c",
            "ENV A=1",
            "-c",
            "WORKDIR /tmp",
            "-c",
            "USER nobody",
            "-c",
            "LABEL l=m",
            "-c",
            "ENTRYPOINT [\"env\"]",
            "-m",
            "by hand",
            "-",
            reference);
    assertThat(result.out().strip()).matches("sha256:[0-9a-f]{64}");
    JsonNode image = wire.get("/images/" + reference + "/json").json();
    assertThat(image.get("Id").asText()).isEqualTo(result.out().strip());
    assertThat(image.get("Comment").asText()).isEqualTo("by hand");
    assertThat(image.at("/RootFS/Layers")).hasSize(1);
    JsonNode config = image.get("Config");
    assertThat(config.get("Cmd").toString()).isEqualTo("[\"echo\",\"hi\"]");
    assertThat(config.get("Entrypoint").toString()).isEqualTo("[\"env\"]");
    assertThat(config.get("Env").toString()).contains("\"A=1\"");
    assertThat(config.get("WorkingDir").asText()).isEqualTo("/tmp");
    assertThat(config.get("User").asText()).isEqualTo("nobody");
    assertThat(config.at("/Labels/l").asText()).isEqualTo("m");
  }

  @Test
  void theStreamOfAnImportIsOneJsonObjectALine() {
    Reply reply =
        wire.postTar(
            "/images/create?fromSrc=-&repo=" + reference("x").replace(":x", "") + "&tag=x",
            BaseImage.rootFileSystem());
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("content-type")).isEqualTo("application/json");
    assertThat(reply.text()).matches("\\{\"status\":\"sha256:[0-9a-f]{64}\"}\r\n");
  }

  @Test
  void whatIsSavedLoadsAgainAsTheSameImage() {
    ImageArchive image = archive();
    wire.postTar("/images/load", image.dockerArchive());
    String reference =
        wire.get("/images/" + image.id() + "/json").json().at("/RepoTags/0").asText();
    byte[] saved = docker.run("save", reference).bytes();
    docker.ok("rmi", reference);
    assertThat(wire.get("/images/" + image.id() + "/json").status()).isEqualTo(404);
    assertThat(wire.postTar("/images/load", saved).text()).contains("Loaded image: " + reference);
    JsonNode again = wire.get("/images/" + reference + "/json").json();
    assertThat(again.get("Id").asText()).isEqualTo(image.id());
    assertThat(again.at("/RootFS/Layers")).hasSize(2);
  }

  @Test
  void aSavedArchiveDescribesItself() {
    ImageArchive image = archive();
    wire.postTar("/images/load", image.dockerArchive());
    String reference =
        wire.get("/images/" + image.id() + "/json").json().at("/RepoTags/0").asText();
    Reply saved = wire.get("/images/" + reference + "/get");
    assertThat(saved.header("content-type")).isEqualTo("application/x-tar");
    Map<String, byte[]> files = ImageArchive.files(saved.body());
    JsonNode manifest =
        Reply.parse(new String(files.get("manifest.json"), StandardCharsets.UTF_8)).get(0);
    assertThat(manifest.get("RepoTags").toString()).isEqualTo("[\"" + reference + "\"]");
    assertThat(ImageArchive.digest(files.get(manifest.get("Config").asText())))
        .isEqualTo(image.id());
    List<String> layers =
        manifest
            .get("Layers")
            .valueStream()
            .map(layer -> ImageArchive.digest(files.get(layer.asText())))
            .toList();
    // Layers are saved plain or as they were stored; either way the plain ones are the diff ids.
    assertThat(layers)
        .hasSize(2)
        .containsAnyOf(ImageArchive.digest(UPPER), ImageArchive.digest(ImageArchive.gzip(UPPER)));
    Reply both = wire.get("/images/get?names=" + reference + "&names=" + IMAGE);
    assertThat(
            Reply.parse(
                new String(
                    ImageArchive.files(both.body()).get("manifest.json"), StandardCharsets.UTF_8)))
        .hasSize(2);
  }

  @Test
  void historyIsNewestFirst() {
    ImageArchive image = archive();
    wire.postTar("/images/load", image.dockerArchive());
    JsonNode history = wire.get("/images/" + image.id() + "/history").json();
    assertThat(history).hasSize(3);
    assertThat(history.findValuesAsText("CreatedBy"))
        .containsExactly(
            "ENV MADE=here",
            "layer of " + UPPER.length + " bytes",
            "layer of " + BaseImage.rootFileSystem().length + " bytes");
    assertThat(history.get(0).get("Id").asText()).isEqualTo(image.id());
    assertThat(history.get(1).get("Id").asText()).isEqualTo("<missing>");
    assertThat(history.get(0).get("Size").asLong()).isZero();
    assertThat(history.get(2).get("Size").asLong()).isGreaterThan(1_000_000);
    assertThat(history.get(0).get("Created").asLong()).isEqualTo(1577836800L);
    assertThat(history.get(0).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("Comment", "Created", "CreatedBy", "Id", "Size", "Tags");
    assertThat(history.get(1).get("Tags").isNull()).isTrue();
    assertThat(docker.ok("history", "--format", "{{.CreatedBy}}", image.id()).lines())
        .startsWith("ENV MADE=here");
  }

  /**
   * Refusals of what cannot be an image: in band behind a 200, as an HTTP error, or both by the
   * reader of the stream; nothing remains, and the engine goes on.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "empty",
        "cut",
        "wrong layer",
        "no config",
        "no layer",
        "climbing name",
        "climbing layer path",
        "no JSON"
      })
  void whatCannotBeAnImageIsRefusedWhole(String kind) {
    String reference = reference("bad");
    ImageArchive good = new ImageArchive(reference, BaseImage.rootFileSystem(), UPPER);
    byte[] archive = good.dockerArchive();
    byte[] bad =
        switch (kind) {
          case "garbage" -> "garbage".repeat(1000).getBytes(StandardCharsets.UTF_8);
          case "empty" -> new Tar().bytes();
          case "cut" -> Arrays.copyOf(archive, archive.length / 2);
          case "wrong layer" ->
              new ImageArchive(
                      reference,
                      BaseImage.rootFileSystem(),
                      new Tar().file("other", "other").bytes())
                  .dockerArchive(good.config());
          case "no config" ->
              new Tar()
                  .file("layer0.tar", 0644, UPPER)
                  .file("manifest.json", manifest("config.json", reference, "layer0.tar"))
                  .bytes();
          case "no layer" ->
              new Tar()
                  .file("config.json", 0644, good.config())
                  .file("manifest.json", manifest("config.json", reference, "layer0.tar"))
                  .bytes();
          case "climbing name" ->
              new Tar().file("../../conformance-escaped", "x").file("manifest.json", "[]").bytes();
          case "climbing layer path" ->
              new Tar()
                  .file("config.json", 0644, good.config())
                  .file(
                      "manifest.json",
                      manifest("config.json", reference, "../../../../../../etc/hostname"))
                  .bytes();
          default -> new Tar().file("manifest.json", "{not json").bytes();
        };
    Reply reply = wire.postTar("/images/load", bad);
    boolean emptyList =
        kind.equals("climbing name") && reply.status() == 200 && !reply.text().contains("error");
    assertThat(
            emptyList
                || reply.status() >= 400
                || reply.text().contains("\"errorDetail\":{\"message\":\""))
        .as(reply.status() + " " + reply.text())
        .isTrue();
    assertThat(wire.get("/images/" + reference + "/json").status()).isEqualTo(404);
    assertThat(wire.get("/images/" + good.id() + "/json").status()).isEqualTo(404);
    assertThat(wire.get("/_ping").text()).isEqualTo("OK");
    if (!emptyList) {
      Docker.Result cli = docker.run(bad, "load");
      assertThat(cli.code()).isEqualTo(1);
      assertThat(cli.err()).isNotBlank();
    }
  }

  @Test
  void aLayerThatClimbsOutLeavesNoFileBehind() {
    String escaped = "conformance-escaped-" + ProcessHandle.current().pid();
    for (byte[] layer :
        List.of(
            new Tar().file("../../../../../../../../tmp/" + escaped, "x").bytes(),
            new Tar().symlink("out", "/tmp").file("out/" + escaped, "x").bytes(),
            new Tar().hardlink("passwd", "../../../../../../../../etc/passwd").bytes())) {
      String reference = reference("climb");
      wire.postTar(
          "/images/load",
          new ImageArchive(reference, BaseImage.rootFileSystem(), layer).dockerArchive());
      docker.run("run", "--rm", "--name", name(), reference, "true");
      assertThat(Path.of("/tmp", escaped)).doesNotExist();
      assertThat(wire.get("/_ping").text()).isEqualTo("OK");
    }
  }

  @Test
  void anImportThatIsNoTarIsRefused() {
    String reference = reference("garbage");
    Docker.Result result =
        docker.run(
            "garbage".repeat(1000).getBytes(StandardCharsets.UTF_8), "import", "-", reference);
    assertThat(result.code()).isEqualTo(1);
    assertThat(wire.get("/images/" + reference + "/json").status()).isEqualTo(404);
  }

  private ImageArchive archive() {
    return new ImageArchive(reference("loaded"), BaseImage.rootFileSystem(), UPPER);
  }

  private void assertLoaded(Reply reply, ImageArchive image) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.header("content-type")).isEqualTo("application/json");
    assertThat(reply.text())
        .endsWith("\r\n")
        .containsPattern("\\{\"stream\":\"Loaded image: conformance/i[^\"]*:loaded\\\\n\"}\r\n");
    JsonNode inspected = wire.get("/images/" + image.id() + "/json").json();
    assertThat(inspected.get("Id").asText()).isEqualTo(image.id());
    assertThat(inspected.at("/RootFS/Layers/1").asText()).isEqualTo(ImageArchive.digest(UPPER));
    assertThat(inspected.at("/Config/Labels/a").asText()).isEqualTo("b");
    assertThat(inspected.get("Created").asText()).isEqualTo("2020-01-01T00:00:00Z");
  }

  private static String manifest(String config, String reference, String layer) {
    return "[{\"Config\":\"%s\",\"RepoTags\":[\"%s\"],\"Layers\":[\"%s\"]}]"
        .formatted(config, reference, layer);
  }
}
