package dev.varve.snapshot.adapter.grpc;

import com.google.protobuf.ByteString;
import dev.varve.api.snapshot.v1.Difference;
import dev.varve.api.snapshot.v1.File;
import dev.varve.snapshot.application.FileEntry;
import dev.varve.snapshot.application.OwnerNames;
import dev.varve.snapshot.application.ViewComparison;
import java.nio.charset.StandardCharsets;

/** Files as messages: byte strings of one char a byte there, bytes here. */
final class FileMessages {
  private FileMessages() {}

  static String path(ByteString bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static ByteString bytes(String name) {
    return ByteString.copyFrom(name, StandardCharsets.ISO_8859_1);
  }

  /** For people. */
  static String text(String name) {
    return bytes(name).toStringUtf8();
  }

  static File file(FileEntry entry, OwnerNames owners) {
    return File.newBuilder()
        .setPath(bytes(entry.path()))
        .setMode(entry.mode())
        .setUid(entry.uid())
        .setGid(entry.gid())
        .setOwner(owners.user(entry.uid()))
        .setGroup(owners.group(entry.gid()))
        .setSize(entry.size())
        .setLinks(entry.links())
        .setModifiedSeconds(entry.modifiedSeconds())
        .setModifiedNanos(entry.modifiedNanos())
        .setTarget(bytes(entry.target()))
        .setDeviceMajor(entry.deviceMajor())
        .setDeviceMinor(entry.deviceMinor())
        .setChainId(entry.layer().text())
        .build();
  }

  static Difference difference(ViewComparison.Difference difference) {
    Difference.Kind kind =
        switch (difference.kind()) {
          case MODIFIED -> Difference.Kind.KIND_MODIFIED;
          case ADDED -> Difference.Kind.KIND_ADDED;
          case DELETED -> Difference.Kind.KIND_DELETED;
        };
    return Difference.newBuilder().setPath(bytes(difference.path())).setKind(kind).build();
  }
}
