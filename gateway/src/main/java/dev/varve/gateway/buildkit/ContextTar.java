package dev.varve.gateway.buildkit;

import dev.varve.archive.TarEntry;
import dev.varve.archive.TarWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

/** Files that a client sends, as the tar that a builder takes. */
final class ContextTar {
  private static final long NANOS = 1_000_000_000L;

  private ContextTar() {}

  static void write(FileReceiver files, OutputStream out) throws IOException, InterruptedException {
    TarWriter tar = new TarWriter(out);
    Optional<SyncedFile> next = files.next();
    while (next.isPresent()) {
      SyncedFile file = next.get();
      Optional<TarEntry.Type> type = type(file.kind());
      if (type.isPresent()) {
        try {
          tar.add(entry(file, type.get()), files.content());
        } catch (ContextParts.NotWantedException e) {
          throw e;
        } catch (IOException e) {
          throw new IOException(
              SyncedFile.shown(file.path()) + " could not be sent: " + e.getMessage(), e);
        }
      }
      next = files.next();
    }
    files.finish();
    tar.finish();
  }

  private static Optional<TarEntry.Type> type(SyncedFile.Kind kind) {
    return switch (kind) {
      case FILE -> Optional.of(TarEntry.Type.FILE);
      case HARD_LINK -> Optional.of(TarEntry.Type.HARD_LINK);
      case SYMLINK -> Optional.of(TarEntry.Type.SYMLINK);
      case DIRECTORY -> Optional.of(TarEntry.Type.DIRECTORY);
      case FIFO -> Optional.of(TarEntry.Type.FIFO);
      case CHARACTER_DEVICE -> Optional.of(TarEntry.Type.CHARACTER_DEVICE);
      case BLOCK_DEVICE -> Optional.of(TarEntry.Type.BLOCK_DEVICE);
      // As tar does.
      case OTHER -> Optional.empty();
    };
  }

  private static TarEntry entry(SyncedFile file, TarEntry.Type type) {
    long modified = file.stat().getModified();
    return new TarEntry(
        type,
        file.path(),
        file.linkName(),
        file.permissions(),
        file.stat().getUid(),
        file.stat().getGid(),
        file.size(),
        Math.floorDiv(modified, NANOS),
        (int) Math.floorMod(modified, NANOS),
        (int) file.stat().getDeviceMajor(),
        (int) file.stat().getDeviceMinor(),
        Map.of(),
        null);
  }
}
