package dev.varve.image.adapter.archive;

import dev.varve.archive.TarEntry;
import dev.varve.archive.TarWriter;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.Documents;
import dev.varve.image.application.Documents.ArchiveManifest;
import dev.varve.image.application.Documents.IndexEntry;
import dev.varve.image.application.ImageArchives.SavedImage;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Reference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes one tar that is a docker-archive and an OCI layout: both point at the same blobs. Equal
 * images give equal bytes.
 */
final class ArchiveWriter {
  private static final String BLOBS = "blobs/sha256/";

  private final Documents documents;
  private final ContentStore content;

  ArchiveWriter(Documents documents, ContentStore content) {
    this.documents = documents;
    this.content = content;
  }

  void write(List<SavedImage> images, OutputStream out) throws IOException {
    TarWriter tar = new TarWriter(out);
    write(images, tar);
    tar.finish();
  }

  private void write(List<SavedImage> images, TarWriter tar) throws IOException {
    tar.add(TarEntry.directory("blobs/"));
    tar.add(TarEntry.directory(BLOBS));
    Set<Digest> written = new HashSet<>();
    for (SavedImage saved : images) {
      for (Layer layer : saved.image().layers()) {
        writeBlob(tar, layer.digest(), written);
      }
      writeBlob(tar, saved.image().id(), written);
      writeBlob(tar, saved.image().manifest(), written);
    }
    writeDocument(tar, OciLayout.INDEX, documents.index(indexEntries(images)));
    writeDocument(
        tar,
        DockerArchive.MANIFEST,
        documents.archiveManifest(images.stream().map(ArchiveWriter::manifest).toList()));
    writeDocument(tar, "oci-layout", documents.ociLayout());
    SortedMap<String, SortedMap<String, String>> repositories = repositories(images);
    if (!repositories.isEmpty()) {
      writeDocument(tar, "repositories", documents.repositories(repositories));
    }
  }

  private List<IndexEntry> indexEntries(List<SavedImage> images) throws IOException {
    List<IndexEntry> entries = new ArrayList<>();
    for (SavedImage saved : images) {
      Image image = saved.image();
      Descriptor descriptor =
          new Descriptor(
              image.manifestMediaType(), image.manifest(), content.size(image.manifest()));
      if (saved.references().isEmpty()) {
        entries.add(new IndexEntry(descriptor, Optional.of(image.platform()), Map.of()));
      }
      for (Reference reference : saved.references()) {
        Map<String, String> annotations = new HashMap<>();
        annotations.put("io.containerd.image.name", reference.canonical());
        reference.tag().ifPresent(tag -> annotations.put("org.opencontainers.image.ref.name", tag));
        entries.add(new IndexEntry(descriptor, Optional.of(image.platform()), annotations));
      }
    }
    return entries;
  }

  private static ArchiveManifest manifest(SavedImage saved) {
    return new ArchiveManifest(
        BLOBS + saved.image().id().hex(),
        saved.references().stream().map(Reference::familiar).toList(),
        saved.image().layers().stream().map(layer -> BLOBS + layer.digest().hex()).toList());
  }

  private static SortedMap<String, SortedMap<String, String>> repositories(
      List<SavedImage> images) {
    SortedMap<String, SortedMap<String, String>> repositories = new TreeMap<>();
    for (SavedImage saved : images) {
      if (saved.image().layers().isEmpty()) {
        continue;
      }
      String top = saved.image().layers().getLast().digest().hex();
      for (Reference reference : saved.references()) {
        reference
            .tag()
            .ifPresent(tag ->
                repositories
                    .computeIfAbsent(reference.familiarName(), name -> new TreeMap<>())
                    .put(tag, top));
      }
    }
    return repositories;
  }

  private void writeBlob(TarWriter tar, Digest digest, Set<Digest> written) throws IOException {
    if (written.add(digest)) {
      try (InputStream blob = content.reader(digest)) {
        tar.add(TarEntry.file(BLOBS + digest.hex(), content.size(digest)), blob);
      }
    }
  }

  private static void writeDocument(TarWriter tar, String name, byte[] bytes) throws IOException {
    tar.add(TarEntry.file(name, bytes.length), new ByteArrayInputStream(bytes));
  }
}
