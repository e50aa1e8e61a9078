package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.ResolveRequest;
import dev.varve.gateway.http.Exchange;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * What the names by which containers were made lead to now. A list of containers shows the id of an
 * image whose name another image has got, or nobody has any more.
 */
final class CurrentImages {
  private static final String NOTHING = "";

  /** It is in memory there; a service that stands still must not keep containers from view. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Map<String, String> idsByName = new ConcurrentHashMap<>();

  private CurrentImages() {}

  /** Asks once for each name; on the event loop, or wherever the answers come. */
  static void of(
      List<Container> containers,
      Services services,
      Exchange exchange,
      Services.Answering<CurrentImages> then) {
    Set<String> names =
        containers.stream().map(it -> it.getConfig().getImage()).collect(Collectors.toSet());
    CurrentImages images = new CurrentImages();
    AtomicInteger pending = new AtomicInteger(names.size() + 1);
    Runnable answered =
        () -> {
          if (pending.decrementAndGet() == 0) {
            images.giveTo(exchange, then);
          }
        };
    for (String name : names) {
      services
          .imagesLater(exchange)
          .withDeadlineAfter(PATIENCE)
          .resolve(
              ResolveRequest.newBuilder().setReference(name).build(),
              images.answer(name, answered));
    }
    answered.run();
  }

  /** The name as it was given while it holds, else the image's id. */
  String shown(Container it) {
    String name = it.getConfig().getImage();
    return idsByName.getOrDefault(name, it.getImageId()).equals(it.getImageId())
        ? name
        : it.getImageId();
  }

  private void giveTo(Exchange exchange, Services.Answering<CurrentImages> then) {
    try {
      then.with(this);
    } catch (Exception e) {
      exchange.fail(e);
    }
  }

  private StreamObserver<Image> answer(String name, Runnable answered) {
    return new StreamObserver<>() {
      @Override
      public void onNext(Image image) {
        idsByName.put(name, image.getId());
      }

      /** Whoever cannot say changes nothing: containers are listed without the images as well. */
      @Override
      public void onError(Throwable refusal) {
        if (Status.fromThrowable(refusal).getCode() == Status.Code.NOT_FOUND) {
          idsByName.put(name, NOTHING);
        }
        answered.run();
      }

      @Override
      public void onCompleted() {
        answered.run();
      }
    };
  }
}
