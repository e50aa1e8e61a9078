package dev.varve.gateway.buildkit;

import dev.varve.api.buildkit.session.AuthGrpc;
import dev.varve.api.buildkit.session.FileSyncGrpc;
import dev.varve.api.buildkit.session.SSHGrpc;
import dev.varve.api.buildkit.session.SecretsGrpc;
import dev.varve.api.buildkit.session.UploadGrpc;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.Locale;
import java.util.Set;

/**
 * What a client offers as long as it is there: its files and what it knows. Calls end with the call
 * on whose behalf they are made.
 *
 * @param methods in lower case, as {@code /service/method}
 */
record Session(String id, Channel channel, Set<String> methods) {
  Session {
    methods = Set.copyOf(methods);
  }

  boolean offers(io.grpc.MethodDescriptor<?, ?> method) {
    return methods.contains("/" + method.getFullMethodName().toLowerCase(Locale.ROOT));
  }

  FileSyncGrpc.FileSyncBlockingV2Stub files(Metadata which) {
    return FileSyncGrpc.newBlockingV2Stub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(which));
  }

  UploadGrpc.UploadBlockingV2Stub uploads(Metadata which) {
    return UploadGrpc.newBlockingV2Stub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(which));
  }

  AuthGrpc.AuthBlockingV2Stub auth() {
    return AuthGrpc.newBlockingV2Stub(channel);
  }

  SecretsGrpc.SecretsBlockingV2Stub secrets() {
    return SecretsGrpc.newBlockingV2Stub(channel);
  }

  SSHGrpc.SSHBlockingV2Stub agents(Metadata which) {
    return SSHGrpc.newBlockingV2Stub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(which));
  }

  static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
