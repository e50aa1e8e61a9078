package dev.varve.gateway.buildkit;

import dev.varve.api.buildkit.session.UploadBytes;
import dev.varve.api.image.v1.BuildRequest;
import dev.varve.api.image.v1.ContextEnd;
import dev.varve.api.image.v1.Progress;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.util.List;

/** Carries a client's contexts to the builder, one after the other. One thread. */
final class ContextSender {
  private static final String CONTEXT = "context";

  private final Session session;
  private final Vertices vertices;
  private final FrontendOptions frontend;

  ContextSender(Session session, Vertices vertices, FrontendOptions frontend) {
    this.session = session;
    this.vertices = vertices;
    this.frontend = frontend;
  }

  /**
   * @param ignored patterns of what of the first one is not wanted
   */
  void send(BlockingClientCall<BuildRequest, Progress> call, List<String> ignored)
      throws IOException, InterruptedException, StatusException {
    ContextParts parts = new ContextParts(call);
    switch (frontend.source()) {
      case BuildSource.Directory(String name) -> {
        vertices.begin(CONTEXT, "[internal] load build context");
        new ClientDirectory(session, name)
            .receive(ignored, files -> ContextTar.write(files, parts));
      }
      case BuildSource.Uploaded(String host, String path) -> {
        vertices.begin(CONTEXT, "[internal] load remote build context");
        upload(host, path, parts);
      }
      case BuildSource.Remote _ -> {
        // The builder gets it itself.
      }
    }
    end(call, CONTEXT, parts);
    for (String directory : frontend.directories()) {
      String key = CONTEXT + " " + directory;
      vertices.begin(key, "[context " + directory + "] load from client");
      ClientDirectory further = new ClientDirectory(session, directory);
      List<String> left = IgnoreFile.patterns(further.ignoreFile());
      ContextParts its = new ContextParts(call);
      further.receive(left, files -> ContextTar.write(files, its));
      end(call, key, its);
    }
  }

  private void end(BlockingClientCall<BuildRequest, Progress> call, String key, ContextParts parts)
      throws IOException, InterruptedException, StatusException {
    parts.close();
    vertices.part(key, "transferring context:", parts.count(), 0, true);
    vertices.end(key, false, "");
    call.write(BuildRequest.newBuilder().setContextEnd(ContextEnd.getDefaultInstance()).build());
  }

  private void upload(String host, String path, ContextParts parts)
      throws IOException, InterruptedException, StatusException {
    Metadata which = new Metadata();
    which.put(Session.key("urlhost"), host);
    which.put(Session.key("urlpath"), path);
    BlockingClientCall<UploadBytes, UploadBytes> call = session.uploads(which).pull();
    boolean whole = false;
    try {
      for (UploadBytes part = call.read(); part != null; part = call.read()) {
        part.getData().writeTo(parts);
      }
      whole = true;
    } finally {
      if (!whole) {
        call.cancel("the context is not wanted any more", null);
      }
    }
  }
}
