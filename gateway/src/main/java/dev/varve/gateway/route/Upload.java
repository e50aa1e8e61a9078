package dev.varve.gateway.route;

import com.google.protobuf.ByteString;
import dev.varve.gateway.http.Exchange;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Carries a request's body into a call, on a thread of its own, while the answers are read. */
final class Upload {
  private static final Logger LOG = Logger.getLogger(Upload.class);

  private Upload() {}

  static <Q> void start(
      Exchange exchange, BlockingClientCall<Q, ?> call, Function<ByteString, Q> wrap) {
    Thread.ofVirtual().start(() -> carry(exchange, call, wrap));
  }

  private static <Q> void carry(
      Exchange exchange, BlockingClientCall<Q, ?> call, Function<ByteString, Q> wrap) {
    try {
      for (ByteString bytes = exchange.body().next();
          bytes != null;
          bytes = exchange.body().next()) {
        if (!call.write(wrap.apply(bytes))) {
          // The service has answered already; it needs no more.
          return;
        }
      }
      call.halfClose();
    } catch (IOException e) {
      call.cancel("the client went away", e);
    } catch (StatusException e) {
      LOG.debugf(e, "upload ended with its call");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
