package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds that reach for the host by way of what is mounted while a command of theirs runs. */
final class HostileBuildTest extends Conformance {
  private static final String FROM = "FROM " + IMAGE + "\n";

  /** Of the host; no build is to see it or change it. */
  @TempDir Path canary;

  @BeforeEach
  void place() throws IOException {
    Files.writeString(
        Files.createDirectories(canary.resolve("sub")).resolve("secret"), "of the host");
  }

  @AfterEach
  void itIsAsItWas() throws IOException {
    assertThat(Files.readString(canary.resolve("sub/secret"))).isEqualTo("of the host");
    try (var all = Files.walk(canary)) {
      assertThat(all.count()).isEqualTo(3);
    }
    for (String volume : docker.ok("volume", "ls", "-q").lines().toList()) {
      if (volume.startsWith("build-cache-")) {
        wire.delete("/volumes/" + volume + "?force=1");
      }
    }
  }

  private String built(String more) {
    return wire.postTar(
            "/build?nocache=1&t=" + reference("hostile"),
            new Tar().file("Dockerfile", FROM + more).bytes())
        .text();
  }

  @Test
  void aLinkInACacheLeadsNowhere() {
    String id = reference("cache");
    String links =
        """
        RUN --mount=type=cache,id=%1$s,target=/c ln -s %2$s /c/link; ln -s %2$s/sub /c/deep; ln -s ../../../../../../..%2$s /c/up
        """
            .formatted(id, canary);
    assertThat(built(links)).contains("Successfully built");
    for (String source : new String[] {"link", "deep", "up", "link/sub", "../../..", "/link"}) {
      String told =
          built(
              """
              RUN --mount=type=cache,id=%s,source=%s,target=/d find /d; cat /d/secret /d/sub/secret; touch /d/intruder; true
              """
                  .formatted(id, source));
      assertThat(told).as(source).doesNotContain("of the host").doesNotContain("/d/sub/secret\\n");
    }
  }

  @Test
  void aLinkInACacheThatComesAndGoesLeadsNowhere() throws Exception {
    String id = reference("race");
    CompletableFuture<String> swapping =
        CompletableFuture.supplyAsync(() ->
            built(
                """
                RUN --mount=type=cache,id=%s,target=/c mkdir -p /c/dir; for i in $(seq 3000); do ln -s %s /c/l && mv -T /c/l /c/at 2>/dev/null; rm -rf /c/at /c/l; mkdir /c/at; rmdir /c/at; done
                """
                    .formatted(id, canary)));
    for (int round = 0; round < 20 && !swapping.isDone(); round++) {
      assertThat(
              built(
                  """
                  RUN --mount=type=cache,id=%s,source=at,target=/d cat /d/sub/secret; touch /d/intruder; true
                  """
                      .formatted(id)))
          .doesNotContain("of the host");
    }
    assertThat(swapping.get()).contains("Successfully built");
  }

  @Test
  void aMountPointThatBecameALinkIsNotFollowed() {
    for (String type : new String[] {"tmpfs", "cache"}) {
      String told =
          built(
              """
              RUN --mount=type=%s,target=/m/sub mv /m /moved; ln -s %s /m; ls /m
              RUN ls -ld /m /moved; cat /m/sub/secret || true
              """
                  .formatted(type, canary));
      assertThat(told).as(type).doesNotContain("of the host");
    }
    assertThat(
            built(
                """
                RUN ln -s %s /link
                RUN --mount=type=tmpfs,target=/link/sub touch /link/sub/x; ls /link/sub
                RUN --mount=type=cache,target=/link/sub/cache touch /link/sub/cache/x
                WORKDIR /link/made
                COPY Dockerfile /link/copied
                RUN cat /link/sub/secret || true
                """
                    .formatted(canary)))
        .doesNotContain("of the host");
  }
}
