package dev.varve.eventlog.adapter.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventlog.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class JsonStateCodecTest {

  sealed interface Thing {
    record Box(String name, Optional<Lid> lid, List<Thing> inside, Map<Subject, Integer> counts)
        implements Thing {
      /** Not a component: must not be written. */
      boolean isEmpty() {
        return inside.isEmpty();
      }

      public String getName() {
        return "not " + name;
      }
    }

    @SuppressWarnings("ArrayRecordComponent") // codecs meet arrays too
    record Clock(Instant time, Duration tick, Colour colour, Set<Integer> marks, byte[] face)
        implements Thing {}
  }

  sealed interface Lid {
    record Open() implements Lid {}

    record Shut(long since) implements Lid {}
  }

  enum Colour {
    RED,
    BLUE {
      @Override
      public String toString() {
        return "blue with a body";
      }
    }
  }

  private static final Map<String, Class<?>> NAMES =
      Map.of(
          "box", Thing.Box.class,
          "clock", Thing.Clock.class,
          "open", Lid.Open.class,
          "shut", Lid.Shut.class);

  private final JsonStateCodec<Thing> codec = JsonStateCodec.of(Thing.class, 3, NAMES);

  @Test
  void givesBackWhatItWasGiven() {
    Thing clock =
        new Thing.Clock(
            Instant.parse("2026-01-02T03:04:05.123456789Z"),
            Duration.ofNanos(1),
            Colour.BLUE,
            Set.of(1, 2),
            new byte[] {0, 1, -1});
    Thing box =
        new Thing.Box(
            "a\u0000\uD83D\uDE00\"\\",
            Optional.of(new Lid.Shut(Long.MAX_VALUE)),
            List.of(clock, new Thing.Box("", Optional.of(new Lid.Open()), List.of(), Map.of())),
            Map.of(Subject.parse("a/b/c"), 1));
    assertThat(codec.decode(codec.encode(box))).usingRecursiveComparison().isEqualTo(box);
    assertThat(codec.version()).isEqualTo(3);
  }

  @Test
  void anEmptyOptionalComesBackEmpty() {
    Thing box = new Thing.Box("x", Optional.empty(), List.of(), Map.of());
    assertThat(codec.decode(codec.encode(box))).isEqualTo(box);
  }

  @Test
  void namesComeFromTheListNotFromClasses() {
    String json =
        codec.encode(new Thing.Box("x", Optional.of(new Lid.Open()), List.of(), Map.of()));
    assertThat(json).contains("\"@type\":\"box\"", "\"@type\":\"open\"");
    assertThat(json).doesNotContain("Box", "Open", "dev.varve", "empty", "not x");
  }

  @Test
  void refusesWhatIsNotOnTheList() {
    assertThatThrownBy(() -> codec.decode("{\"@type\":\"java.util.ArrayList\"}"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> codec.decode("{\"name\":\"x\"}"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> codec.decode("{\"@type\":\"open\"}"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> JsonStateCodec.of(Thing.class, 1, Map.of("box", Thing.Box.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Clock");
  }

  @Test
  void plainRecordsNeedNoNames() {
    JsonStateCodec<Plain> plain = JsonStateCodec.of(Plain.class, 1);
    Plain state = new Plain("x", List.of(1));
    assertThat(plain.decode(plain.encode(state))).isEqualTo(state);
  }

  record Plain(String name, List<Integer> numbers) {}
}
