package dev.varve.gateway.history;

import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.varve.eventlog.EventCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one service's events; the gateway writes none. */
final class EventTypes implements EventCodec<Message> {
  private final Map<String, Parser<? extends Message>> parsers = new HashMap<>();

  /**
   * @param service whose events
   * @param samples an empty message of each type that is told or remembered; others count unread
   */
  EventTypes(String service, List<Message> samples) {
    for (Message sample : samples) {
      String name = sample.getDescriptorForType().getName();
      parsers.put("dev.varve." + service + ".v1." + name, sample.getParserForType());
    }
  }

  @Override
  public @Nullable Message decode(String type, byte[] data) {
    Parser<? extends Message> parser = parsers.get(type);
    if (parser == null) {
      return Unread.MESSAGE;
    }
    try {
      return parser.parseFrom(data);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public String typeOf(Message event) {
    throw new UnsupportedOperationException("the gateway writes no events");
  }

  @Override
  public byte[] encode(Message event) {
    throw new UnsupportedOperationException("the gateway writes no events");
  }

  /** Stands for an event that says nothing to Docker's clients. */
  private static final class Unread {
    static final Message MESSAGE = Empty.getDefaultInstance();
  }
}
