package dev.varve.gateway.http;

/** Answers one request, on the thread that its {@link Routes route} was given. */
@FunctionalInterface
public interface Handler {
  /**
   * @throws Refusal to answer with an error
   * @throws io.grpc.StatusException a service's refusal, mapped to HTTP by {@link HttpFront}
   */
  void handle(Exchange exchange) throws Exception;
}
