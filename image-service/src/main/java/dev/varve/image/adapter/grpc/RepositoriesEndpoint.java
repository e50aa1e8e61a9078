package dev.varve.image.adapter.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.varve.api.image.v1.BlobStat;
import dev.varve.api.image.v1.CancelUploadResponse;
import dev.varve.api.image.v1.Chunk;
import dev.varve.api.image.v1.DeleteBlobRequest;
import dev.varve.api.image.v1.DeleteBlobResponse;
import dev.varve.api.image.v1.DeleteManifestRequest;
import dev.varve.api.image.v1.DeleteManifestResponse;
import dev.varve.api.image.v1.FinishUploadRequest;
import dev.varve.api.image.v1.GetManifestRequest;
import dev.varve.api.image.v1.ListReferrersRequest;
import dev.varve.api.image.v1.ListReferrersResponse;
import dev.varve.api.image.v1.ListRepositoriesRequest;
import dev.varve.api.image.v1.ListRepositoriesResponse;
import dev.varve.api.image.v1.ListTagsRequest;
import dev.varve.api.image.v1.ListTagsResponse;
import dev.varve.api.image.v1.Manifest;
import dev.varve.api.image.v1.MountBlobRequest;
import dev.varve.api.image.v1.PutManifestRequest;
import dev.varve.api.image.v1.PutManifestResponse;
import dev.varve.api.image.v1.ReadRangeRequest;
import dev.varve.api.image.v1.RepositoriesGrpc;
import dev.varve.api.image.v1.StartUploadRequest;
import dev.varve.api.image.v1.StatBlobRequest;
import dev.varve.api.image.v1.Upload;
import dev.varve.api.image.v1.UploadRequest;
import dev.varve.api.image.v1.WriteUploadRequest;
import dev.varve.api.transport.CallContext;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import dev.varve.api.transport.ReceivedBytes;
import dev.varve.image.application.DeleteHosted;
import dev.varve.image.application.HostedContent;
import dev.varve.image.application.ReceiveManifest;
import dev.varve.image.application.ServedImages.Served;
import dev.varve.image.application.Uploads;
import dev.varve.image.domain.Digest;
import io.grpc.stub.StreamObserver;
import java.util.OptionalLong;

/** The engine's registry as calls. */
public final class RepositoriesEndpoint extends RepositoriesGrpc.RepositoriesImplBase {
  private final HostedContent content;
  private final ReceiveManifest receive;
  private final DeleteHosted delete;
  private final Uploads uploads;
  private final BlobStream blobs;

  public RepositoriesEndpoint(
      HostedContent content,
      ReceiveManifest receive,
      DeleteHosted delete,
      Uploads uploads,
      BlobStream blobs) {
    this.content = content;
    this.receive = receive;
    this.delete = delete;
    this.uploads = uploads;
    this.blobs = blobs;
  }

  @Override
  public void getManifest(GetManifestRequest request, StreamObserver<Manifest> responses) {
    Calls.answer(
        "get manifest",
        responses,
        call -> {
          Served manifest =
              content.manifest(
                  request.getRepository(), request.getTagOrDigest(), Calls.cause(call));
          return Manifest.newBuilder()
              .setMediaType(manifest.mediaType())
              .setDigest(manifest.digest().value())
              .setContent(UnsafeByteOperations.unsafeWrap(manifest.bytes()))
              .build();
        });
  }

  @Override
  public void putManifest(
      PutManifestRequest request, StreamObserver<PutManifestResponse> responses) {
    Calls.answer(
        "put manifest",
        responses,
        call -> {
          ReceiveManifest.Outcome outcome =
              receive.receive(
                  new ReceiveManifest.Request(
                      request.getRepository(),
                      request.getTagOrDigest(),
                      request.getMediaType(),
                      request.getContent().toByteArray()),
                  Calls.cause(call));
          return PutManifestResponse.newBuilder()
              .setDigest(outcome.digest().value())
              .setSubject(outcome.subject().map(Digest::value).orElse(""))
              .build();
        });
  }

  @Override
  public void deleteManifest(
      DeleteManifestRequest request, StreamObserver<DeleteManifestResponse> responses) {
    Calls.answer(
        "delete manifest",
        responses,
        call -> {
          delete.manifest(request.getRepository(), request.getTagOrDigest(), Calls.cause(call));
          return DeleteManifestResponse.getDefaultInstance();
        });
  }

  @Override
  public void listTags(ListTagsRequest request, StreamObserver<ListTagsResponse> responses) {
    Calls.answer(
        "list tags",
        responses,
        _ ->
            ListTagsResponse.newBuilder()
                .addAllTags(content.tags(request.getRepository()))
                .build());
  }

  @Override
  public void listRepositories(
      ListRepositoriesRequest request, StreamObserver<ListRepositoriesResponse> responses) {
    Calls.answer(
        "list repositories",
        responses,
        _ -> ListRepositoriesResponse.newBuilder().addAllNames(content.repositories()).build());
  }

  @Override
  public void listReferrers(
      ListReferrersRequest request, StreamObserver<ListReferrersResponse> responses) {
    Calls.answer(
        "list referrers",
        responses,
        _ ->
            ListReferrersResponse.newBuilder()
                .setIndex(
                    UnsafeByteOperations.unsafeWrap(
                        content.referrers(
                            request.getRepository(),
                            request.getDigest(),
                            request.getArtifactType())))
                .build());
  }

  @Override
  public void statBlob(StatBlobRequest request, StreamObserver<BlobStat> responses) {
    Calls.answer(
        "stat blob",
        responses,
        _ -> stat(request.getDigest(), content.blob(request.getRepository(), request.getDigest())));
  }

  @Override
  public void readRange(ReadRangeRequest request, StreamObserver<Chunk> responses) {
    Outbound<Chunk> outbound = new Outbound<>(responses);
    long length = request.hasLength() ? request.getLength() : Long.MAX_VALUE;
    var _ =
        Calls.stream(
            "read blob",
            CallContext.current(),
            outbound,
            () -> blobs.send(request.getDigest(), request.getOffset(), length, outbound));
  }

  @Override
  public void deleteBlob(DeleteBlobRequest request, StreamObserver<DeleteBlobResponse> responses) {
    Calls.answer(
        "delete blob",
        responses,
        _ -> {
          delete.blob(request.getRepository(), request.getDigest());
          return DeleteBlobResponse.getDefaultInstance();
        });
  }

  @Override
  public void mountBlob(MountBlobRequest request, StreamObserver<BlobStat> responses) {
    Calls.answer(
        "mount blob",
        responses,
        _ ->
            stat(request.getDigest(), uploads.mount(request.getRepository(), request.getDigest())));
  }

  @Override
  public void startUpload(StartUploadRequest request, StreamObserver<Upload> responses) {
    Calls.answer("start upload", responses, _ -> upload(uploads.start(request.getRepository())));
  }

  @Override
  public void getUpload(UploadRequest request, StreamObserver<Upload> responses) {
    Calls.answer(
        "get upload",
        responses,
        _ -> upload(uploads.status(request.getRepository(), request.getId())));
  }

  @Override
  public StreamObserver<WriteUploadRequest> writeUpload(StreamObserver<Upload> responses) {
    Inbound<WriteUploadRequest> inbound = new Inbound<>(responses);
    Outbound<Upload> outbound = new Outbound<>(responses);
    var _ =
        Calls.stream(
            "write upload",
            CallContext.current(),
            outbound,
            () -> {
              WriteUploadRequest first = inbound.next();
              WriteUploadRequest.Part part =
                  first == null ? WriteUploadRequest.Part.getDefaultInstance() : first.getAbout();
              var _ =
                  outbound.send(
                      upload(
                          uploads.write(
                              part.getRepository(),
                              part.getId(),
                              part.hasOffset()
                                  ? OptionalLong.of(part.getOffset())
                                  : OptionalLong.empty(),
                              ReceivedBytes.from(inbound, WriteUploadRequest::getData))));
            });
    return inbound;
  }

  @Override
  public void finishUpload(FinishUploadRequest request, StreamObserver<BlobStat> responses) {
    Calls.answer(
        "finish upload",
        responses,
        _ ->
            stat(
                request.getDigest(),
                uploads.finish(request.getRepository(), request.getId(), request.getDigest())));
  }

  @Override
  public void cancelUpload(UploadRequest request, StreamObserver<CancelUploadResponse> responses) {
    Calls.answer(
        "cancel upload",
        responses,
        _ -> {
          uploads.cancel(request.getRepository(), request.getId());
          return CancelUploadResponse.getDefaultInstance();
        });
  }

  private static BlobStat stat(String digest, long size) {
    return BlobStat.newBuilder().setDigest(digest).setSize(size).build();
  }

  private static Upload upload(Uploads.Progress progress) {
    return Upload.newBuilder().setId(progress.id()).setSize(progress.size()).build();
  }
}
