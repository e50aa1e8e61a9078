package dev.varve.image.application.build;

import dev.varve.image.application.ProgressLine;
import dev.varve.image.dockerfile.Warning;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Reference;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the client is told, stage after stage in the file's order though they run at the same time:
 * the first that is not over speaks at once, the others' lines wait. Any thread.
 */
final class StepLines implements StepReport {
  /** What one stage may have waiting, in characters; beyond that the oldest lines go. */
  private static final int MOST_WAITING = 4 << 20;

  private static final String RED = "\u001b[91m";
  private static final String PLAIN = "\u001b[0m";

  private final ProgressLine.Sink sink;
  private final boolean quiet;
  private final StageLines[] voices;
  private final ReentrantLock lock = new ReentrantLock();
  private int speaking;

  /**
   * @param quiet nothing is told but the image's id
   */
  StepLines(ProgressLine.Sink sink, int stages, boolean quiet) {
    this.sink = sink;
    this.quiet = quiet;
    this.voices = new StageLines[stages];
    for (int i = 0; i < stages; i++) {
      voices[i] = new StageLines(i);
    }
  }

  private final class StageLines implements Voice {
    private final int index;
    private final Deque<ProgressLine> waiting = new ArrayDeque<>();
    private int characters;
    private boolean done;
    private final CharsetDecoder[] decoders = {decoder(), decoder()};
    private final ByteBuffer[] torn = {ByteBuffer.allocate(8), ByteBuffer.allocate(8)};

    private StageLines(int index) {
      this.index = index;
    }

    private static CharsetDecoder decoder() {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }

    @Override
    public void send(ProgressLine line) {
      if (quiet) {
        return;
      }
      lock.lock();
      try {
        if (index == speaking) {
          sink.send(line);
          return;
        }
        waiting.add(line);
        characters += length(line);
        while (characters > MOST_WAITING) {
          characters -= length(waiting.removeFirst());
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void begin(Head head) {
      note("Step %d/%d : %s\n".formatted(head.number(), head.total(), head.instruction()));
    }

    @Override
    public void note(String text) {
      send(new ProgressLine.Text(text));
    }

    @Override
    public void done(boolean cached, String imageId) {
      if (cached) {
        note(" ---> Using cache\n");
      }
      note(" ---> " + imageId + "\n");
    }

    @Override
    public void failed(String message) {
      // Told once, at the build's end.
    }

    @Override
    public void output(boolean standardError, byte[] bytes, int offset, int length) {
      int stream = standardError ? 1 : 0;
      ByteBuffer left = torn[stream];
      ByteBuffer in = ByteBuffer.allocate(left.position() + length);
      in.put(left.flip()).put(bytes, offset, length).flip();
      CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
      decoders[stream].decode(in, out, false);
      left.clear();
      left.put(in);
      String text = out.flip().toString();
      if (!text.isEmpty()) {
        note(standardError ? RED + text + PLAIN : text);
      }
    }

    @Override
    public void end() {
      lock.lock();
      try {
        done = true;
        while (speaking < voices.length && voices[speaking].done) {
          speaking++;
          if (speaking < voices.length) {
            voices[speaking].waiting.forEach(sink::send);
            voices[speaking].waiting.clear();
          }
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void burst() {
      lock.lock();
      try {
        waiting.forEach(sink::send);
        waiting.clear();
        speaking = index;
      } finally {
        lock.unlock();
      }
    }
  }

  private static int length(ProgressLine line) {
    return line instanceof ProgressLine.Text(String text) ? text.length() + 16 : 128;
  }

  @Override
  public Voice voice(int index) {
    return voices[index];
  }

  @Override
  public void finding(ProgressLine line) {
    if (!quiet) {
      say(line);
    }
  }

  @Override
  public void built(
      Image image, List<Reference> references, List<String> unconsumed, List<Warning> warnings) {
    if (quiet) {
      text(image.id().value());
      return;
    }
    if (!unconsumed.isEmpty()) {
      text(unconsumed(unconsumed));
    }
    // Before the id: there are scripts that take it from the last line.
    if (!warnings.isEmpty()) {
      text(warnings.size() + (warnings.size() == 1 ? " warning" : " warnings") + " found:");
      warnings.forEach(warning -> text(" - " + warning.line()));
    }
    say(new ProgressLine.Built(image.id()));
    text("Successfully built " + image.id().shortHex());
    references.forEach(it -> text("Successfully tagged " + it.familiar()));
  }

  static String unconsumed(List<String> names) {
    return "[Warning] One or more build-args [%s] were not consumed"
        .formatted(String.join(" ", names));
  }

  private void text(String line) {
    say(new ProgressLine.Text(line + "\n"));
  }

  private void say(ProgressLine line) {
    lock.lock();
    try {
      sink.send(line);
    } finally {
      lock.unlock();
    }
  }
}
