package dev.varve.image.adapter.tree;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.Compression;
import dev.varve.archive.TarEntry;
import dev.varve.archive.TarLimits;
import dev.varve.archive.TarReader;
import dev.varve.archive.TarWriter;
import dev.varve.eventlog.Problem;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.build.Downloads;
import dev.varve.image.application.build.FileNode;
import dev.varve.image.application.build.FileTree;
import dev.varve.image.application.build.FileTrees;
import dev.varve.image.domain.Digest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** {@link FileTrees} over a directory, in which each open tree has one file without a meaning. */
public final class SpooledTrees implements FileTrees {
  private static final int BUFFER = 1 << 18;
  private static final int DEEPEST = 1024;
  private static final int MODE_OF_DOWNLOADS = 0600;

  private final Path directory;
  private final TarLimits limits;
  private final NameBudget budget;

  /**
   * @param directory made, mode 0700, where it is missing; what is in it goes: its makers are dead
   * @param bytes that one tree may have
   * @param entries that one tree may have
   * @param names bytes of memory that the names of all open trees may take
   */
  public SpooledTrees(Path directory, long bytes, long entries, long names) throws IOException {
    this.directory = directory;
    this.budget = new NameBudget(names);
    this.limits = new TarLimits(bytes, entries);
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    try (Stream<Path> left = Files.list(directory)) {
      for (Path file : left.toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** What fills a tree's spool and says what is in it. */
  @FunctionalInterface
  private interface Filling {
    NavigableMap<String, FileNode> fill(OutputStream spool, NameBudget.Share names)
        throws IOException;
  }

  @Override
  public FileTree read(InputStream tar) throws IOException {
    try {
      return spooled((spool, names) -> {
        BufferedInputStream in = new BufferedInputStream(tar, BUFFER);
        InputStream plain = Compression.detect(in).unpack(in);
        return new TreeSpooler(spool, limits.bytes(), DEEPEST, names)
            .read(new TarReader(plain, limits));
      });
    } catch (ArchiveRefusedException | EOFException e) {
      throw refused(e);
    }
  }

  @Override
  public Optional<FileTree> readIfTar(InputStream file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, BUFFER);
    try (file) {
      Compression compression = Compression.detect(in);
      BufferedInputStream plain = new BufferedInputStream(compression.unpack(in), BUFFER);
      if (!TarReader.isTar(plain) || plain.available() == 0 && isEmpty(plain)) {
        return Optional.empty();
      }
      return Optional.of(
          spooled((spool, names) ->
              new TreeSpooler(spool, limits.bytes(), DEEPEST, names)
                  .read(new TarReader(plain, limits))));
    } catch (ArchiveRefusedException | EOFException e) {
      throw refused(e);
    }
  }

  private static boolean isEmpty(BufferedInputStream in) throws IOException {
    in.mark(1);
    boolean empty = in.read() < 0;
    in.reset();
    return empty;
  }

  private static RuntimeException refused(IOException e) {
    return new Problem(Problem.Code.INVALID, "invalid archive: " + e.getMessage()).asException();
  }

  @Override
  public FileTree single(FileNode file, InputStream bytes) throws IOException {
    return spooled((spool, names) -> {
      NavigableMap<String, FileNode> nodes = new TreeMap<>();
      byte[] content = bytes.readNBytes(Math.toIntExact(file.size()));
      spool.write(content);
      nodes.put("", FileNode.directory(""));
      for (int slash = file.path().indexOf('/');
          slash > 0;
          slash = file.path().indexOf('/', slash + 1)) {
        String parent = file.path().substring(0, slash);
        nodes.put(parent, FileNode.directory(parent));
      }
      nodes.put(
          file.path(),
          file.isRegular() ? file.withContent(content.length, Digest.of(content), 0) : file);
      return nodes;
    });
  }

  @Override
  public FileTree download(String name, Downloads.Download download) throws IOException {
    return spooled((spool, names) -> {
      MessageDigest hash = Digest.sha256();
      byte[] buffer = new byte[BUFFER];
      long size = 0;
      for (int read = download.bytes().read(buffer);
          read >= 0;
          read = download.bytes().read(buffer)) {
        size += read;
        if (size > limits.bytes()) {
          throw new IOException("more than " + limits.bytes() + " bytes");
        }
        spool.write(buffer, 0, read);
        hash.update(buffer, 0, read);
      }
      FileNode file =
          FileNode.file(name, size)
              .withMode(MODE_OF_DOWNLOADS)
              .withContent(size, Digest.of(hash), 0);
      long modified = download.lastModified().map(Instant::getEpochSecond).orElse(0L);
      NavigableMap<String, FileNode> nodes = new TreeMap<>();
      nodes.put("", FileNode.directory(""));
      nodes.put(name, file.modifiedAt(modified, 0));
      return nodes;
    });
  }

  private FileTree spooled(Filling filling) throws IOException {
    Path path = directory.resolve(UUID.randomUUID().toString());
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    NameBudget.Share names = budget.share();
    boolean done = false;
    try {
      OutputStream spool = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
      NavigableMap<String, FileNode> nodes = filling.fill(spool, names);
      spool.flush();
      done = true;
      return new SpooledTree(nodes, path, channel, names);
    } finally {
      if (!done) {
        names.close();
        channel.close();
        Files.deleteIfExists(path);
      }
    }
  }

  @Override
  public Layer layer(ContentStore.Ingest ingest) {
    TarWriter tar = new TarWriter(new IngestOutput(ingest));
    return new Layer() {
      @Override
      public void add(FileNode node, InputStream content) throws IOException {
        tar.add(entry(node), content);
      }

      @Override
      public void finish() throws IOException {
        tar.finish();
        ingest.finish();
      }
    };
  }

  private static TarEntry entry(FileNode node) {
    TarEntry.Type type =
        switch (node.kind()) {
          case FILE -> TarEntry.Type.FILE;
          case DIRECTORY -> TarEntry.Type.DIRECTORY;
          case SYMLINK -> TarEntry.Type.SYMLINK;
          case CHARACTER_DEVICE -> TarEntry.Type.CHARACTER_DEVICE;
          case BLOCK_DEVICE -> TarEntry.Type.BLOCK_DEVICE;
          case FIFO -> TarEntry.Type.FIFO;
        };
    return new TarEntry(
        type,
        node.isDirectory() ? node.path() + "/" : node.path(),
        node.link(),
        node.mode(),
        node.uid(),
        node.gid(),
        node.isRegular() ? node.size() : 0,
        node.modifiedSeconds(),
        node.modifiedNanos(),
        node.deviceMajor(),
        node.deviceMinor(),
        node.xattrs(),
        null);
  }

  @Override
  public void copyLayer(
      InputStream tar,
      ContentStore.Ingest ingest,
      Optional<Long> latest,
      Optional<Predicate<String>> without,
      long limit)
      throws IOException {
    OutputStream out = new IngestOutput(ingest, limit);
    if (latest.isEmpty() && without.isEmpty()) {
      tar.transferTo(out);
    } else {
      LayerCopy.copy(tar, new TarWriter(out), latest, without, limits);
    }
    ingest.finish();
  }
}
