package dev.varve.api.transport;

import io.grpc.MethodDescriptor;
import java.util.Set;

/**
 * A gRPC service that answers some of its calls from memory. {@link Transport} runs those on the
 * thread that brings them: within one JVM that is the caller's own, which spares a read four
 * changes of threads.
 */
public interface FromMemory {

  /** Methods whose handlers never block, whoever calls them. */
  Set<MethodDescriptor<?, ?>> methodsFromMemory();
}
