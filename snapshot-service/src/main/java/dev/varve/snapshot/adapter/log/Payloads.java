package dev.varve.snapshot.adapter.log;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;

/** Parses payloads under the codecs' contract for bytes that are none. */
final class Payloads {
  private Payloads() {}

  static <M extends Message> M parse(Parser<M> parser, byte[] data) {
    try {
      return parser.parseFrom(data);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not an event of that type", e);
    }
  }
}
