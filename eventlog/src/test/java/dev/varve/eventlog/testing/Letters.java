package dev.varve.eventlog.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.EventCodec;
import dev.varve.eventlog.Evolution;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tiny domain for tests: a subject collects words until it is closed, and may open again. */
public final class Letters {
  private Letters() {}

  /** What may happen to a subject. */
  public sealed interface Word {
    record Said(String text) implements Word {}

    record Closed() implements Word {}
  }

  /** All that was said since the subject was opened. */
  public record Talk(List<String> words) {}

  public static final Evolution<Talk, Word> EVOLUTION = Letters::evolve;

  public static final EventCodec<Word> CODEC =
      new EventCodec<>() {
        @Override
        public String typeOf(Word word) {
          return switch (word) {
            case Word.Said said -> "dev.varve.letters.v1.Said";
            case Word.Closed closed -> "dev.varve.letters.v1.Closed";
          };
        }

        @Override
        public byte[] encode(Word word) {
          return switch (word) {
            case Word.Said said -> said.text().getBytes(UTF_8);
            case Word.Closed closed -> new byte[0];
          };
        }

        @Override
        public @Nullable Word decode(String type, byte[] data) {
          return switch (type) {
            case "dev.varve.letters.v1.Said" -> {
              String text = new String(data, UTF_8);
              if (text.startsWith("bad bytes")) {
                throw new IllegalArgumentException(text);
              }
              yield new Word.Said(text);
            }
            case "dev.varve.letters.v1.Closed" -> new Word.Closed();
            default -> null;
          };
        }
      };

  private static @Nullable Talk evolve(@Nullable Talk talk, Event<Word> event) {
    return switch (event.data()) {
      case Word.Said(String text) -> {
        if (text.equals("bad fold")) {
          throw new IllegalStateException(text);
        }
        List<String> words = talk == null ? new ArrayList<>() : new ArrayList<>(talk.words());
        words.add(text);
        yield new Talk(List.copyOf(words));
      }
      case Word.Closed() -> null;
    };
  }
}
