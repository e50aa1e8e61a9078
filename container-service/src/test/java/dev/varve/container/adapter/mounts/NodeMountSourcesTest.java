package dev.varve.container.adapter.mounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.container.adapter.SpecBuilder;
import dev.varve.container.application.MountSources.Held;
import dev.varve.container.application.MountSources.Ready;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.MountPoint;
import dev.varve.container.domain.MountPoint.RecursiveReadOnly;
import dev.varve.container.domain.Storage;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.mounts.KernelMountCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources as the runtime is given them; nothing is mounted. */
final class NodeMountSourcesTest {
  @TempDir Path temp;
  private Path root;
  private Path volume;
  private NodeMountSources sources;

  @BeforeEach
  void open() throws IOException {
    temp = temp.toRealPath();
    root = Files.createDirectories(temp.resolve("root"));
    Files.createDirectories(root.resolve("proc"));
    volume = Files.createDirectories(temp.resolve("volumes/vol/_data"));
    KernelFileCalls files = new KernelFileCalls();
    sources =
        new NodeMountSources(
            temp.resolve("volumes"),
            temp.resolve("images"),
            temp.resolve("places"),
            files,
            new KernelMountCalls(files));
  }

  private Held hold(MountPoint... points) throws IOException {
    SpecBuilder builder = new SpecBuilder("sh");
    builder.storage = new Storage(List.of(), List.of(), List.of(), List.of(points));
    ContainerSpec spec = builder.build();
    return sources.hold(spec, root);
  }

  private List<Ready> ready(MountPoint... points) throws IOException {
    try (Held held = hold(points)) {
      return held.mounts();
    }
  }

  private static MountPoint.Bind bind(String source, String destination, String propagation) {
    return new MountPoint.Bind(
        destination, false, "", source, propagation, false, true, RecursiveReadOnly.IF_POSSIBLE);
  }

  private static MountPoint.Volume part(String subpath) {
    return new MountPoint.Volume(
        "/v", false, "z", "vol", "local", false, false, subpath, Map.of(), Map.of());
  }

  @Test
  void outerMountsComeBeforeThoseInThem() throws IOException {
    String source = temp.toString();
    assertThat(
            ready(
                bind(source, "/a/b/c", "rprivate"),
                bind(source, "/z", "rprivate"),
                bind(source, "/a/b", "rprivate")))
        .extracting(Ready::destination)
        .containsExactly("/z", "/a/b", "/a/b/c");
  }

  @Test
  void aVolumeIsItsDirectoryAndAMissingBindIsMade() throws IOException {
    Path made = temp.resolve("made/here");
    List<Ready> ready = ready(part(""), bind(made.toString(), "/b", "rprivate"));
    assertThat(ready.getFirst().source()).isEqualTo(volume.toString());
    assertThat(made).isDirectory();
  }

  @Test
  void onlyWhatMayBeMadeIsMade() {
    Path missing = temp.resolve("missing");
    MountPoint.Bind bind =
        new MountPoint.Bind(
            "/b",
            false,
            "",
            missing.toString(),
            "rprivate",
            false,
            false,
            RecursiveReadOnly.IF_POSSIBLE);
    assertThatThrownBy(() -> ready(bind))
        .hasMessage(
            "invalid mount config for type \"bind\": bind source path does not exist: " + missing);
    assertThat(missing).doesNotExist();
  }

  @Test
  void readOnlyIsSoBelowAsWellUnlessToldOtherwise() throws IOException {
    String source = temp.toString();
    for (RecursiveReadOnly recursive : RecursiveReadOnly.values()) {
      MountPoint.Bind bind =
          new MountPoint.Bind("/b", true, "ro", source, "rprivate", false, true, recursive);
      List<String> options = ready(bind).getFirst().options();
      assertThat(options).contains("rbind", "rprivate", "ro");
      assertThat(options.contains("rro")).isEqualTo(recursive != RecursiveReadOnly.NEVER);
    }
    Path file = Files.writeString(temp.resolve("file"), "");
    MountPoint.Bind bind =
        new MountPoint.Bind(
            "/f",
            true,
            "ro",
            file.toString(),
            "rprivate",
            false,
            true,
            RecursiveReadOnly.IF_POSSIBLE);
    assertThat(ready(bind).getFirst().options()).contains("ro").doesNotContain("rro");
  }

  @Test
  @Tag("kernel")
  void aPartOfAVolumeIsBoundToAPlaceOfItsOwn() throws IOException {
    Files.createDirectories(volume.resolve("a/b"));
    Files.writeString(volume.resolve("a/b/x"), "in");
    Files.createSymbolicLink(volume.resolve("inside"), Path.of("a/b"));
    for (String subpath : List.of("a/b", "inside", "a/../a/b")) {
      try (Held held = hold(part(subpath))) {
        assertThat(Path.of(held.mounts().getFirst().source()).resolve("x")).hasContent("in");
      }
    }
    try (Held held = hold(part("a/b/x"))) {
      assertThat(Path.of(held.mounts().getFirst().source())).hasContent("in");
    }
    assertThat(temp.resolve("places")).isEmptyDirectory();
    assertThat(volume.resolve("a/b/x")).hasContent("in");
  }

  @ParameterizedTest
  @ValueSource(strings = {"absolute", "up", "missing", "a/../../other"})
  void noPartLiesOutsideOfTheVolume(String subpath) throws IOException {
    Files.createDirectories(volume.resolve("a"));
    Files.createSymbolicLink(volume.resolve("absolute"), Path.of("/etc"));
    Files.createSymbolicLink(volume.resolve("up"), Path.of("../../.."));
    assertThatThrownBy(() -> ready(part(subpath)))
        .hasMessageStartingWith("cannot access path " + volume.resolve(subpath));
  }

  private Path image() throws IOException {
    return Files.createDirectories(temp.resolve("images").resolve("a".repeat(64)).resolve("files"));
  }

  private static MountPoint.Image image(String subpath) {
    return new MountPoint.Image("/i", "tools:1", "sha256:" + "a".repeat(64), subpath);
  }

  @Test
  void anImageIsMountedForReading() throws IOException {
    assertThat(ready(image("")))
        .containsExactly(
            new Ready("/i", "bind", image().toString(), List.of("bind", "rprivate", "ro")));
  }

  @Test
  @Tag("kernel")
  void aPartOfAnImageMayBeAFile() throws IOException {
    Files.createDirectories(image().resolve("usr/bin"));
    Files.writeString(image().resolve("usr/bin/x"), "in");
    Files.createSymbolicLink(image().resolve("bin"), Path.of("usr/bin"));
    try (Held held = hold(image("bin/x"))) {
      assertThat(Path.of(held.mounts().getFirst().source())).hasContent("in");
    }
    assertThat(temp.resolve("places")).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"absolute", "up", "missing", "absolute/passwd"})
  void noPartLiesOutsideOfTheImage(String subpath) throws IOException {
    Files.createSymbolicLink(image().resolve("absolute"), Path.of("/etc"));
    Files.createSymbolicLink(image().resolve("up"), Path.of("../../../.."));
    assertThatThrownBy(() -> ready(image(subpath)))
        .hasMessageStartingWith("cannot access path " + image().resolve(subpath));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc", "/proc/sys", "/link", "/link/sys", "/deep/link/fs"})
  void nothingIsMountedInProc(String destination) throws IOException {
    Files.createSymbolicLink(root.resolve("link"), Path.of("/proc"));
    Files.createDirectories(root.resolve("deep"));
    Files.createSymbolicLink(root.resolve("deep/link"), Path.of("../../../proc"));
    assertThatThrownBy(() -> ready(bind(temp.toString(), destination, "rprivate")))
        .hasMessageContaining("cannot be mounted because it is inside /proc");
  }

  @Test
  void whatCannotPropagateIsRefused() throws IOException {
    String source = temp.toString();
    Path mount =
        Path.of(
            new String(
                    new ProcessBuilder("stat", "-c", "%m", source)
                        .start()
                        .getInputStream()
                        .readAllBytes())
                .strip());
    boolean shared =
        new KernelMountCalls(new KernelFileCalls())
            .mounts().stream()
                .filter(it -> it.target().equals(mount))
                .reduce((_, last) -> last)
                .orElseThrow()
                .propagation()
                .stream()
                .anyMatch(it -> it.startsWith("shared:"));
    if (shared) {
      try (Held held = hold(bind(source, "/b", "rshared"))) {
        assertThat(held.rootPropagation()).isEqualTo("rshared");
      }
    } else {
      assertThatThrownBy(() -> hold(bind(source, "/b", "rshared")))
          .hasMessage(
              "path %s is mounted on %s but it is not a shared mount".formatted(source, mount));
    }
  }
}
