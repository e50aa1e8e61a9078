package dev.varve.container.adapter.conmon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.Poller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The reading end of a pipe on which the monitor tells, line by line, how the runtime fared. */
final class SyncPipe implements AutoCloseable {
  private static final int BUFFER = 8 << 10;
  private static final int MAX_LINE = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What the monitor says.
   *
   * @param data a process id, an exit code, or negative for a failure
   * @param text the runtime's own words, of a failure
   */
  record Message(int data, String text) {}

  private final BlockingQueue<Optional<Message>> messages = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final Poller.Watch watch;

  /**
   * @param readEnd non-blocking; taken over
   */
  SyncPipe(Descriptor readEnd, Poller poller) throws SystemCallException {
    this.watch = poller.watch(readEnd, this::readable);
  }

  private boolean readable(Descriptor pipe) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER);
      int count = pipe.read(buffer);
      if (count == Descriptor.WOULD_BLOCK) {
        return true;
      }
      for (int i = 0; i < count; i++) {
        byte b = buffer.get(ValueLayout.JAVA_BYTE, i);
        if (b == '\n') {
          messages.add(Optional.of(parse(line.toString(StandardCharsets.UTF_8))));
          line.reset();
        } else if (line.size() < MAX_LINE) {
          line.write(b);
        }
      }
      if (count > 0) {
        return true;
      }
    } catch (IOException e) {
      messages.add(Optional.of(new Message(-1, String.valueOf(e.getMessage()))));
    }
    messages.add(Optional.empty());
    return false;
  }

  static Message parse(String line) throws IOException {
    JsonNode json = JSON.readTree(line);
    return new Message(json.path("data").asInt(-1), json.path("message").asText(""));
  }

  /**
   * Waits for the next message.
   *
   * @return empty when the monitor has closed the pipe
   */
  Optional<Message> next() throws IOException {
    try {
      return messages.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for the monitor");
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
