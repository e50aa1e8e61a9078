package dev.varve.gateway.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.buildkit.control.Exporter;
import dev.varve.api.buildkit.control.SolveRequest;
import dev.varve.api.image.v1.BuildOptions;
import io.grpc.StatusException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docker buildx asks, in the builder's words. */
class FrontendOptionsTest {

  private static FrontendOptions of(String... pairs) throws StatusException {
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      attributes.put(pairs[i], pairs[i + 1]);
    }
    return FrontendOptions.of(attributes);
  }

  @Test
  void optionsBecomeTheBuilders() throws Exception {
    BuildOptions options =
        of(
                "filename", "Dockerfile",
                "target", "last",
                "build-arg:A", "1",
                "label:b", "2",
                "platform", "linux/amd64",
                "no-cache", "",
                "cgroup-parent", "/p",
                "shm-size", "4096",
                "add-hosts", "one=10.0.0.1,six=::1",
                "ulimit", "nofile=10:20,nproc=5",
                "force-network-mode", "none",
                "image-resolve-mode", "pull",
                "cache-imports", "[{\"Type\":\"registry\",\"Attrs\":{\"ref\":\"r/i\"}}]",
                "vcs:revision", "abc")
            .options();
    assertThat(options.getTarget()).isEqualTo("last");
    assertThat(options.getArgsMap()).containsExactly(Map.entry("A", "1"));
    assertThat(options.getLabelsMap()).containsExactly(Map.entry("b", "2"));
    assertThat(options.getPlatform()).isEqualTo("linux/amd64");
    assertThat(options.getNoCache()).isTrue();
    assertThat(options.getPull()).isTrue();
    assertThat(options.getCgroupParent()).isEqualTo("/p");
    assertThat(options.getShmSize()).isEqualTo(4096);
    assertThat(options.getExtraHostsList()).containsExactly("one:10.0.0.1", "six:::1");
    assertThat(options.getUlimits(0).getHard()).isEqualTo(20);
    assertThat(options.getUlimits(1).getSoft()).isEqualTo(5);
    assertThat(options.getNetworkMode()).isEqualTo("none");
    assertThat(options.getCacheFromList()).containsExactly("r/i");
  }

  @Test
  void theContextSaysWhereTheDockerfileIs() throws Exception {
    FrontendOptions own = of();
    assertThat(own.source()).isEqualTo(new BuildSource.Directory("context"));
    assertThat(own.ownDirectory()).contains("dockerfile");
    FrontendOptions remote = of("context", "https://h/r.git#b:d", "filename", "sub/File");
    assertThat(remote.options().getRemote()).isEqualTo("https://h/r.git#b:d");
    assertThat(remote.options().getDockerfile()).isEqualTo("sub/File");
    assertThat(remote.ownDirectory()).isEmpty();
    assertThat(of("context", "https://h/r.git", "dockerfilekey", "dockerfile").ownDirectory())
        .contains("dockerfile");
    assertThat(of("context", "http://buildkit-session/abc").source())
        .isEqualTo(new BuildSource.Uploaded("buildkit-session", "/abc"));
  }

  @Test
  void contextsHaveNames() throws Exception {
    FrontendOptions options =
        of("context:b", "local:_b", "context:a", "docker-image://r/i:1", "context:c", "local:c");
    assertThat(options.options().getContextImagesMap()).containsExactly(Map.entry("a", "r/i:1"));
    assertThat(options.options().getContextDirectoriesList()).containsExactly("b", "c");
    assertThat(options.directories()).containsExactly("_b", "c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no-cache|stage",
        "platform|linux/amd64,linux/arm64",
        "context:other|target:other",
        "attest:sbom|",
        "requestid|frontend.outline",
        "hostname|h",
        "multi-platform|true",
        "input:context|x",
        "frontend.caps|moby.buildkit.frontend.unheard-of",
        "cache-imports|[{\"Type\":\"gha\"}]",
        "unheard-of|1",
      })
  void whatHasNoCounterpartIsRefused(String name, String value) {
    assertThatThrownBy(() -> of(name, value == null ? "" : value))
        .isInstanceOf(StatusException.class)
        .hasMessageContaining("is not there");
  }

  @ParameterizedTest
  @CsvSource({"shm-size,much", "ulimit,nofile", "ulimit,nofile=x", "force-network-mode,bridge"})
  void valuesThatAreNoneAreRefused(String name, String value) {
    assertThatThrownBy(() -> of(name, value))
        .isInstanceOf(StatusException.class)
        .hasMessageContaining("invalid");
  }

  private static SolveRequest output(String type, String... pairs) {
    Exporter.Builder exporter = Exporter.newBuilder().setType(type);
    for (int i = 0; i < pairs.length; i += 2) {
      exporter.putAttrs(pairs[i], pairs[i + 1]);
    }
    return SolveRequest.newBuilder().addExporters(exporter).build();
  }

  @Test
  void anImageIsTheOnlyOutput() throws Exception {
    assertThat(Exports.tags(output("moby", "name", "a:1,b/c,r:5/d", "push", "true")))
        .containsExactly("docker.io/library/a:1", "docker.io/b/c:latest", "r:5/d:latest");
    assertThat(
            Exports.tags(
                SolveRequest.newBuilder()
                    .setExporter("moby")
                    .putExporterAttrs("name", "old")
                    .build()))
        .containsExactly("docker.io/library/old:latest");
    assertThat(Exports.tags(SolveRequest.getDefaultInstance())).isEmpty();
    for (SolveRequest refused : List.of(output("local"), output("moby", "compression", "zstd"))) {
      assertThatThrownBy(() -> Exports.tags(refused)).hasMessageContaining("is not there");
    }
  }

  @Test
  void anIgnoreFileBecomesPatternsFromTheRoot() {
    String file = "# no\n\n /a/b/ \n!./c\n../d\n**/*.o\n#\n";
    assertThat(IgnoreFile.patterns(file.getBytes(StandardCharsets.UTF_8)))
        .containsExactly("a/b", "!c", "../d", "**/*.o");
  }
}
