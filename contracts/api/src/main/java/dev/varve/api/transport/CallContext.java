package dev.varve.api.transport;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * On whose behalf a call is made. The gateway sets it from the socket's peer; services copy it into
 * the attributes of the events that the call leads to.
 *
 * @param actor for example {@code unix:uid=0,pid=4711}
 * @param causationId the client request's id
 * @param correlationId constant along the whole chain
 */
public record CallContext(String actor, String causationId, String correlationId) {
  private static final Metadata.Key<String> ACTOR = key("varve-actor");
  private static final Metadata.Key<String> CAUSATION = key("varve-causation");
  private static final Metadata.Key<String> CORRELATION = key("varve-correlation");
  private static final CallContext UNKNOWN = new CallContext("unknown", "", "");
  private static final Context.Key<CallContext> CURRENT =
      Context.keyWithDefault("varve-call", UNKNOWN);

  /** The context of the call that the current thread serves. */
  public static CallContext current() {
    CallContext context = CURRENT.get();
    return context == null ? UNKNOWN : context;
  }

  /** Attach with {@code stub.withInterceptors(context.asInterceptor())}. */
  public ClientInterceptor asInterceptor() {
    CallContext self = this;
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
          @Override
          public void start(Listener<A> listener, Metadata headers) {
            headers.put(ACTOR, self.actor);
            headers.put(CAUSATION, self.causationId);
            headers.put(CORRELATION, self.correlationId);
            super.start(listener, headers);
          }
        };
      }
    };
  }

  static ServerInterceptor serverInterceptor() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String actor = headers.get(ACTOR);
        String causation = headers.get(CAUSATION);
        String correlation = headers.get(CORRELATION);
        CallContext context =
            new CallContext(
                actor == null ? UNKNOWN.actor : actor,
                causation == null ? "" : causation,
                correlation == null ? "" : correlation);
        return Contexts.interceptCall(
            Context.current().withValue(CURRENT, context), call, headers, next);
      }
    };
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
