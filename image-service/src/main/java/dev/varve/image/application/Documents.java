package dev.varve.image.application;

import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.ImageConfig;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.RunConfig;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The JSON documents around an image: parsed with limits on size and depth, duplicate keys refused.
 *
 * <p>Every parser throws a {@link dev.varve.eventlog.ProblemException} INVALID for what it cannot
 * accept.
 */
public interface Documents {
  String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  String DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
  String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
  String DOCKER_GZIP_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
  String SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json";
  String SCHEMA1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws";

  /** Uncompressed, as both kinds of manifest call it. */
  String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";

  String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

  ImageConfig config(byte[] json);

  /** What a config document gives to containers. */
  RunConfig runConfig(byte[] json);

  /** {@code manifest.json} of a docker-archive. */
  List<ArchiveManifest> archiveManifest(byte[] json);

  /** An OCI or Docker manifest or index. */
  OciDocument oci(byte[] json);

  /** One image of a docker-archive: names of entries. */
  record ArchiveManifest(String config, List<String> repoTags, List<String> layers) {}

  /** What a descriptor in an index may point at. */
  sealed interface OciDocument {
    String mediaType();

    record Manifest(String mediaType, Descriptor config, List<Descriptor> layers)
        implements OciDocument {}

    record Index(String mediaType, List<IndexEntry> entries) implements OciDocument {}
  }

  /** A descriptor in an index with what it says about itself. */
  record IndexEntry(
      Descriptor descriptor, Optional<Platform> platform, Map<String, String> annotations) {}

  /**
   * What a manifest or index says beyond what it lists.
   *
   * @throws dev.varve.eventlog.ProblemException INVALID, also when it is of another schema version
   */
  About about(byte[] json);

  /**
   * @param subject the manifest that this one is about
   * @param artifactType empty when it does not say
   */
  record About(Optional<Digest> subject, String artifactType, Map<String, String> annotations) {}

  /** An index of manifests that are about another. */
  byte[] referrers(List<Referrer> referrers);

  record Referrer(Descriptor descriptor, String artifactType, Map<String, String> annotations) {}

  /** An OCI manifest; equal arguments give equal bytes. */
  byte[] manifest(Descriptor config, List<Descriptor> layers);

  /** The same in the words of either kind of manifest. */
  byte[] manifest(String mediaType, Descriptor config, List<Descriptor> layers);

  byte[] index(List<IndexEntry> entries);

  byte[] archiveManifest(List<ArchiveManifest> images);

  /** {@code repositories} of a docker-archive: repository to tag to layer. */
  byte[] repositories(SortedMap<String, SortedMap<String, String>> repositories);

  byte[] ociLayout();

  /** A config document for an image of one layer. */
  byte[] config(NewConfig config);

  record NewConfig(
      Platform platform, Instant created, RunConfig run, String comment, DiffId layer) {}

  /** The config document of an image that is another one and a step more. */
  byte[] childConfig(byte[] parent, NewChild child);

  /**
   * @param layer empty when the step changed no file
   */
  record NewChild(
      Instant created,
      RunConfig run,
      String containerId,
      String author,
      String createdBy,
      String comment,
      Optional<DiffId> layer) {}

  /**
   * The config document of what a build made; equal arguments give equal bytes.
   *
   * @param base the document of the image that it began from; its history and layers come first
   */
  byte[] builtConfig(Optional<byte[]> base, BuiltConfig built);

  /**
   * @param platform counts without a base only
   * @param steps behind the base's
   */
  record BuiltConfig(
      Platform platform,
      Instant created,
      RunConfig run,
      String author,
      String comment,
      List<Step> steps) {}

  /**
   * One line of the history.
   *
   * @param layer empty when the step changed no file
   */
  record Step(Instant created, String createdBy, String comment, Optional<DiffId> layer) {}
}
