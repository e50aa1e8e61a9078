package dev.varve.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RegistryPathTest {
  @Test
  void isReadFromItsEnd() {
    assertThat(RegistryPath.parse("")).isEqualTo(new RegistryPath.Base());
    assertThat(RegistryPath.parse("_catalog")).isEqualTo(new RegistryPath.Catalog());
    assertThat(RegistryPath.parse("a/b/c/tags/list")).isEqualTo(new RegistryPath.Tags("a/b/c"));
    assertThat(RegistryPath.parse("a/manifests/manifests/1"))
        .isEqualTo(new RegistryPath.Manifest("a/manifests", "1"));
    assertThat(RegistryPath.parse("a/blobs/sha256:x"))
        .isEqualTo(new RegistryPath.Blob("a", "sha256:x"));
    assertThat(RegistryPath.parse("a/blobs/uploads/")).isEqualTo(new RegistryPath.Uploads("a"));
    assertThat(RegistryPath.parse("a/blobs/uploads")).isEqualTo(new RegistryPath.Uploads("a"));
    assertThat(RegistryPath.parse("a/blobs/uploads/id"))
        .isEqualTo(new RegistryPath.Upload("a", "id"));
    assertThat(RegistryPath.parse("a/blobs/uploads/manifests/1"))
        .isEqualTo(new RegistryPath.Manifest("a/blobs/uploads", "1"));
    assertThat(RegistryPath.parse("a/referrers/sha256:x"))
        .isEqualTo(new RegistryPath.Referrers("a", "sha256:x"));
  }

  @Test
  void othersAreUnknown() {
    for (String path : new String[] {"a", "manifests/1", "a/tags/all", "a/blobs/", "a/b/c", "/"}) {
      assertThat(RegistryPath.parse(path)).isEqualTo(new RegistryPath.Unknown());
    }
  }
}
