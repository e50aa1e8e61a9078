package dev.varve.bench.log;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.EventCodec;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.adapter.jackson.JsonStateCodec;
import dev.varve.eventlog.assembly.TopicModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A synthetic container's life, about as large as a real one's: created, then started and ended a
 * number of times, at last removed.
 */
final class Life {
  static final String SERVICE = "life";
  static final TopicModel<Box, Happening> MODEL =
      new TopicModel<>(SERVICE, new Codec(), Life::evolve);
  static final StateCodec<Box> STATES = JsonStateCodec.of(Box.class, 1);

  private Life() {}

  /** What is known of one container. */
  record Box(
      String name,
      String image,
      String status,
      int pid,
      int exitCode,
      int starts,
      Instant created,
      Instant changed,
      Map<String, String> labels) {}

  /** What may happen to it. */
  sealed interface Happening {
    record Created(String name, String image, Map<String, String> labels) implements Happening {}

    record Started(int pid) implements Happening {}

    record Ended(int exitCode) implements Happening {}

    record Removed() implements Happening {}
  }

  /** The happening of a given number in a life of so many. */
  static Happening happening(int subject, int number, int last) {
    if (number == 1) {
      return new Happening.Created(
          "box-" + subject,
          "docker.io/library/busybox:latest",
          Map.of("com.example.project", "bench", "com.example.number", "" + subject));
    }
    if (number == last) {
      return new Happening.Removed();
    }
    return number % 2 == 0 ? new Happening.Started(1000 + number) : new Happening.Ended(0);
  }

  private static @Nullable Box evolve(@Nullable Box box, Event<Happening> event) {
    Instant now = event.time();
    return switch (event.data()) {
      case Happening.Created(var name, var image, var labels) ->
          new Box(name, image, "created", 0, 0, 0, now, now, labels);
      case Happening.Started(int pid) when box != null ->
          new Box(
              box.name(),
              box.image(),
              "running",
              pid,
              0,
              box.starts() + 1,
              box.created(),
              now,
              box.labels());
      case Happening.Ended(int exitCode) when box != null ->
          new Box(
              box.name(),
              box.image(),
              "exited",
              0,
              exitCode,
              box.starts(),
              box.created(),
              now,
              box.labels());
      case Happening.Started _, Happening.Ended _, Happening.Removed _ -> null;
    };
  }

  private static final class Codec implements EventCodec<Happening> {
    @Override
    public String typeOf(Happening happening) {
      return switch (happening) {
        case Happening.Created _ -> "dev.varve.bench.v1.Created";
        case Happening.Started _ -> "dev.varve.bench.v1.Started";
        case Happening.Ended _ -> "dev.varve.bench.v1.Ended";
        case Happening.Removed _ -> "dev.varve.bench.v1.Removed";
      };
    }

    @Override
    public byte[] encode(Happening happening) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        switch (happening) {
          case Happening.Created(var name, var image, var labels) -> {
            out.writeUTF(name);
            out.writeUTF(image);
            out.writeInt(labels.size());
            for (Map.Entry<String, String> label : labels.entrySet()) {
              out.writeUTF(label.getKey());
              out.writeUTF(label.getValue());
            }
          }
          case Happening.Started(int pid) -> out.writeInt(pid);
          case Happening.Ended(int exitCode) -> out.writeInt(exitCode);
          case Happening.Removed _ -> {}
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return bytes.toByteArray();
    }

    @Override
    public @Nullable Happening decode(String type, byte[] data) {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(data))) {
        return switch (type) {
          case "dev.varve.bench.v1.Created" -> created(in);
          case "dev.varve.bench.v1.Started" -> new Happening.Started(in.readInt());
          case "dev.varve.bench.v1.Ended" -> new Happening.Ended(in.readInt());
          case "dev.varve.bench.v1.Removed" -> new Happening.Removed();
          default -> null;
        };
      } catch (IOException e) {
        throw new IllegalArgumentException(e);
      }
    }

    private static Happening created(DataInputStream in) throws IOException {
      String name = in.readUTF();
      String image = in.readUTF();
      Map<String, String> labels = new HashMap<>();
      for (int i = in.readInt(); i > 0; i--) {
        labels.put(in.readUTF(), in.readUTF());
      }
      return new Happening.Created(name, image, Map.copyOf(labels));
    }
  }
}
