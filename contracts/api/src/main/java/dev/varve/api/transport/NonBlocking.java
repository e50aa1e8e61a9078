package dev.varve.api.transport;

import io.grpc.MethodDescriptor;
import java.util.Set;

/**
 * A gRPC service some of whose handlers never block: they answer from memory, or hand what comes to
 * a thread of their own. {@link Transport} runs those on the thread that brings the call: within
 * one JVM that is the caller's own, which spares a read four changes of threads, and an upload one
 * for each message.
 */
public interface NonBlocking {

  /** Methods whose handlers never block, whoever calls them. */
  Set<MethodDescriptor<?, ?>> nonBlockingMethods();
}
