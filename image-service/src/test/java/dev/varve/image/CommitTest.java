package dev.varve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.image.v1.CommitConfig;
import dev.varve.api.image.v1.CommitRequest;
import dev.varve.api.image.v1.HistoryRequest;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.Layer;
import dev.varve.events.image.v1.ImageAdded;
import dev.varve.image.domain.Digest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images from containers: the layer as it came, the parent's below it, or nothing at all. */
class CommitTest {
  private static final String ID = "c".repeat(64);

  @TempDir Path directory;
  private TestService service;
  private Image parent;

  @BeforeEach
  void start() throws Exception {
    service = new TestService(directory.resolve("content"));
    service.importTar(
        new Tar().file("base", "base").bytes(),
        dev.varve.api.image.v1.ImportOptions.newBuilder().setRepository("base").build());
    parent = service.inspect("base");
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private CommitRequest.Builder request() {
    return CommitRequest.newBuilder()
        .setContainerId(ID)
        .setContainerName("web")
        .setContainerImage("base")
        .setParentImageId(parent.getId())
        .setConfig(CommitConfig.newBuilder().addCmd("sleep").addCmd("1").addEnv("A=1"))
        .setRepository("made");
  }

  @Test
  void theImageIsTheParentAndTheChanges() throws Exception {
    byte[] tar = new Tar().file("new", "content").bytes();
    service.changes().put(ID, tar);
    String id =
        service
            .commits()
            .commit(
                request()
                    .setAuthor("me")
                    .setComment("why")
                    .addChanges("ENV B=2")
                    .addChanges("WORKDIR /w")
                    .build())
            .getImageId();
    Image image = service.inspect("made");
    assertThat(image.getId()).isEqualTo(id);
    assertThat(image.getLayersList()).hasSize(2);
    Layer layer = image.getLayers(1);
    assertThat(image.getLayers(0)).isEqualTo(parent.getLayers(0));
    assertThat(layer.getDiffId()).isEqualTo(Digest.of(tar).value());
    assertThat(layer.getDigest()).isEqualTo(layer.getDiffId());
    assertThat(layer.getMediaType()).isEqualTo("application/vnd.oci.image.layer.v1.tar");
    assertThat(service.blob(layer.getDigest(), 0)).isEqualTo(tar);
    assertThat(image.getConfigJson().toStringUtf8())
        .contains("\"author\":\"me\"", "\"A=1\",\"B=2\"", "\"/w\"", "\"created_by\":\"sleep 1\"");
    assertThat(
            service
                .images()
                .history(HistoryRequest.newBuilder().setReference("made").build())
                .getEntries(0)
                .getComment())
        .isEqualTo("why");
    ImageAdded added = ImageAdded.parseFrom(eventData("ImageAdded"));
    assertThat(added.getOrigin().getCommitted().getContainerId()).isEqualTo(ID);
    assertThat(added.getOrigin().getCommitted().getParentImageId()).isEqualTo(parent.getId());
    assertThat(added.getLayers(1).getOrigin()).isEqualTo(added.getOrigin());
    service.restart();
    assertThat(service.inspect("made")).isEqualTo(image);
  }

  private byte[] eventData(String type) {
    return service.events().stream()
        .filter(event -> event.type().endsWith("." + type))
        .reduce((first, last) -> last)
        .orElseThrow()
        .data();
  }

  @Test
  void changesOfNothingAreNoLayer() {
    service.changes().put(ID, new byte[1024]);
    service.commits().commit(request().build());
    Image image = service.inspect("made");
    assertThat(image.getLayersList()).isEqualTo(parent.getLayersList());
    assertThat(image.getId()).isNotEqualTo(parent.getId());
    assertThat(image.getConfigJson().toStringUtf8()).contains("\"empty_layer\":true");
    assertThat(service.files()).noneMatch(file -> file.startsWith("ingest/"));
  }

  @Test
  void aConfigOfTheRequestWinsOverTheContainers() {
    service.changes().put(ID, new byte[1024]);
    service
        .commits()
        .commit(
            request()
                .setInstead(CommitConfig.newBuilder().addEnv("A=2").addCmd("other").setUser("u"))
                .build());
    assertThat(service.inspect("made").getConfigJson().toStringUtf8())
        .contains("\"A=2\"", "\"Cmd\":[\"other\"]", "\"User\":\"u\"")
        .doesNotContain("\"A=1\"");
  }

  @Test
  void whatIsRefusedLeavesNothing() {
    List<String> before = service.files();
    byte[] tar = new Tar().file("new", "content").bytes();
    service.changes().putCutOff(ID, tar);
    refused(request(), Status.Code.INTERNAL, "the snapshot service went away");
    refused(request().setContainerId("nope"), Status.Code.NOT_FOUND, "No such container: nope");
    refused(
        request().addChanges("bogus"),
        Status.Code.INVALID_ARGUMENT,
        "bogus is not a valid change command");
    refused(
        request().setRepository("UPPER"),
        Status.Code.INVALID_ARGUMENT,
        "invalid reference format: repository name (library/UPPER) must be lowercase");
    refused(request().setTag("::bad"), Status.Code.INVALID_ARGUMENT, "invalid tag format");
    String unknown = Digest.of("x".getBytes(StandardCharsets.UTF_8)).value();
    refused(
        request().setParentImageId(unknown), Status.Code.NOT_FOUND, "No such image: " + unknown);
    assertThat(service.files()).isEqualTo(before);
    assertThat(service.list()).hasSize(1);
  }

  private void refused(CommitRequest.Builder request, Status.Code code, String message) {
    assertThatThrownBy(() -> service.commits().commit(request.build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refusal -> {
              assertThat(refusal.getStatus().getCode()).isEqualTo(code);
              assertThat(refusal.getStatus().getDescription()).isEqualTo(message);
            });
  }
}
