package dev.varve.gateway.fake;

import com.google.protobuf.ByteString;
import dev.varve.api.snapshot.v1.CompareRequest;
import dev.varve.api.snapshot.v1.CompareResponse;
import dev.varve.api.snapshot.v1.Difference;
import dev.varve.api.snapshot.v1.File;
import dev.varve.api.snapshot.v1.FilesGrpc;
import dev.varve.api.snapshot.v1.ListRequest;
import dev.varve.api.snapshot.v1.ListResponse;
import dev.varve.api.snapshot.v1.ReadRequest;
import dev.varve.api.snapshot.v1.ReadResponse;
import dev.varve.api.snapshot.v1.StatRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** A snapshot service with three files in the one image there is. */
public final class FakeFiles extends FilesGrpc.FilesImplBase {
  public static final String CONTENT = "root:x:0:0:::\n";

  public static final File PASSWD =
      File.newBuilder()
          .setPath(ByteString.copyFromUtf8("/etc/passwd"))
          .setMode(0100644)
          .setOwner("root")
          .setGroup("root")
          .setSize(CONTENT.length())
          .setLinks(1)
          .setModifiedSeconds(1_700_000_000)
          .setChainId("c1")
          .build();

  public static final File LINK =
      File.newBuilder()
          .setPath(ByteString.copyFrom(new byte[] {'/', (byte) 0xff, '\n'}))
          .setMode(0120777)
          .setUid(-2)
          .setGid(7)
          .setLinks(1)
          .setTarget(ByteString.copyFromUtf8("etc"))
          .setChainId("c1")
          .build();

  public static final File DEVICE =
      File.newBuilder()
          .setPath(ByteString.copyFromUtf8("/dev/disk"))
          .setMode(0061660)
          .setDeviceMajor(8)
          .setDeviceMinor(1)
          .setModifiedNanos(5)
          .setChainId("c1")
          .build();

  private static boolean refused(ByteString path, StreamObserver<?> out) {
    if (path.toStringUtf8().equals("/no")) {
      out.onError(
          Status.NOT_FOUND.withDescription("no such file in the image: /no").asRuntimeException());
      return true;
    }
    if (path.toStringUtf8().equals("/etc")) {
      out.onError(
          Status.INVALID_ARGUMENT
              .withDescription("/etc is a directory in the image")
              .asRuntimeException());
      return true;
    }
    return false;
  }

  @Override
  public void stat(StatRequest request, StreamObserver<File> out) {
    if (!refused(request.getPath(), out)) {
      out.onNext(request.getPath().equals(LINK.getPath()) ? LINK : PASSWD);
      out.onCompleted();
    }
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListResponse> out) {
    if (!refused(request.getPath(), out)) {
      out.onNext(ListResponse.newBuilder().addFiles(PASSWD).addFiles(LINK).build());
      if (request.getRecursive()) {
        out.onNext(ListResponse.newBuilder().addFiles(DEVICE).build());
      }
      out.onCompleted();
    }
  }

  @Override
  public void read(ReadRequest request, StreamObserver<ReadResponse> out) {
    if (!refused(request.getPath(), out)) {
      out.onNext(ReadResponse.newBuilder().setFile(PASSWD).build());
      out.onNext(ReadResponse.newBuilder().setData(ByteString.copyFromUtf8(CONTENT)).build());
      out.onCompleted();
    }
  }

  @Override
  public void compare(CompareRequest request, StreamObserver<CompareResponse> out) {
    CompareResponse.Builder all = CompareResponse.newBuilder();
    for (Difference.Kind kind :
        new Difference.Kind[] {
          Difference.Kind.KIND_MODIFIED, Difference.Kind.KIND_ADDED, Difference.Kind.KIND_DELETED
        }) {
      all.addDifferences(Difference.newBuilder().setPath(PASSWD.getPath()).setKind(kind));
    }
    out.onNext(all.build());
    out.onCompleted();
  }
}
