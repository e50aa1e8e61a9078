package dev.varve.gateway.buildkit;

import com.google.protobuf.ByteString;
import dev.varve.api.buildkit.session.FileSyncGrpc;
import dev.varve.api.buildkit.session.Packet;
import dev.varve.api.buildkit.session.Stat;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A client with files: it tells all of them, sends what it is asked for, and says when it is over.
 */
final class FileClient extends FileSyncGrpc.FileSyncImplBase {
  static final int DIRECTORY = 1 << 31 | 0755;
  static final int SYMLINK = 1 << 27 | 0777;
  private static final int PIECE = 32 << 10;

  private final Map<Stat, ByteString> files = new LinkedHashMap<>();

  /** Numbers of files that it was asked for, in that order. */
  final List<Integer> asked = new ArrayList<>();

  FileClient file(String path, String content) {
    return add(stat(path, 0644, content.length(), ""), ByteString.copyFromUtf8(content));
  }

  FileClient add(Stat stat, ByteString content) {
    files.put(stat, content);
    return this;
  }

  static Stat stat(String path, int mode, long size, String link) {
    return Stat.newBuilder()
        .setPath(ByteString.copyFromUtf8(path))
        .setMode(mode)
        .setSize(size)
        .setModified(1_500_000_001L)
        .setLinkName(ByteString.copyFromUtf8(link))
        .build();
  }

  @Override
  public StreamObserver<Packet> diffCopy(StreamObserver<Packet> out) {
    files.keySet().forEach(stat -> out.onNext(Packet.newBuilder().setStat(stat).build()));
    out.onNext(Packet.newBuilder().setType(Packet.Type.STAT).build());
    return new StreamObserver<>() {
      @Override
      public void onNext(Packet packet) {
        if (packet.getType() == Packet.Type.FIN) {
          out.onNext(packet);
          out.onCompleted();
          return;
        }
        asked.add(packet.getId());
        ByteString content = List.copyOf(files.values()).get(packet.getId());
        for (int at = 0; at < content.size(); at += PIECE) {
          out.onNext(
              data(packet.getId())
                  .setData(content.substring(at, Math.min(content.size(), at + PIECE)))
                  .build());
        }
        out.onNext(data(packet.getId()).build());
      }

      @Override
      public void onError(Throwable cause) {}

      @Override
      public void onCompleted() {}
    };
  }

  private static Packet.Builder data(int id) {
    return Packet.newBuilder().setType(Packet.Type.DATA).setId(id);
  }
}
