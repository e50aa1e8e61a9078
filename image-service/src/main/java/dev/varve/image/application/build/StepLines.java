package dev.varve.image.application.build;

import dev.varve.image.application.ProgressLine;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the client is told, stage after stage in the file's order though they run at the same time:
 * the first that is not over speaks at once, the others' lines wait. Any thread.
 */
final class StepLines {
  /** What one stage may have waiting, in characters; beyond that the oldest lines go. */
  private static final int MOST_WAITING = 4 << 20;

  private static final String RED = "\u001b[91m";
  private static final String PLAIN = "\u001b[0m";

  private final ProgressLine.Sink sink;
  private final boolean quiet;
  private final Voice[] voices;
  private final ReentrantLock lock = new ReentrantLock();
  private int speaking;

  /**
   * @param quiet nothing is told but what {@link #say} is given
   */
  StepLines(ProgressLine.Sink sink, int stages, boolean quiet) {
    this.sink = sink;
    this.quiet = quiet;
    this.voices = new Voice[stages];
    for (int i = 0; i < stages; i++) {
      voices[i] = new Voice(i);
    }
  }

  /** Of one stage; one thread. */
  final class Voice implements ProgressLine.Sink {
    private final int index;
    private final Deque<ProgressLine> waiting = new ArrayDeque<>();
    private int characters;
    private boolean done;
    private final CharsetDecoder[] decoders = {decoder(), decoder()};
    private final ByteBuffer[] torn = {ByteBuffer.allocate(8), ByteBuffer.allocate(8)};

    private Voice(int index) {
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

    void text(String text) {
      send(new ProgressLine.Text(text));
    }

    /** A container's output; a character may be torn between two pieces. */
    void output(boolean standardError, byte[] bytes, int offset, int length) {
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
        text(standardError ? RED + text + PLAIN : text);
      }
    }

    /** No more comes. */
    void end() {
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

    /** What waited of this stage is told, whoever's turn it is: something went wrong in it. */
    void burst() {
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

  /** Of the stage at this place in the plan's order. */
  Voice voice(int index) {
    return voices[index];
  }

  /** Of the build as a whole, quiet or not. */
  void say(ProgressLine line) {
    lock.lock();
    try {
      sink.send(line);
    } finally {
      lock.unlock();
    }
  }

  void sayUnlessQuiet(ProgressLine line) {
    if (!quiet) {
      say(line);
    }
  }
}
