package dev.varve.eventlog.adapter.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import java.time.DateTimeException;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Proposals as Kafka records: CloudEvents 1.0 in binary mode, attributes in {@code ce_} headers.
 * Every reader must come to the same verdict on what is an event at all, so nothing here is
 * optional but what earlier versions did not write ({@code ce_seen}) or has a default ({@code
 * ce_last}).
 */
final class CloudEventRecords {
  static final String CONTENT_TYPE = "application/protobuf";
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private final String topic;
  private final String service;

  CloudEventRecords(String topic, String service) {
    this.topic = topic;
    this.service = service;
  }

  ProducerRecord<byte[], byte[]> encode(Proposal proposal) {
    String subject = proposal.subject().toString();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, subject.getBytes(UTF_8), proposal.data());
    Headers headers = record.headers();
    add(headers, "ce_specversion", "1.0");
    add(headers, "ce_id", proposal.id());
    add(headers, "ce_source", "/varve/" + proposal.node() + "/" + service);
    add(headers, "ce_type", proposal.type());
    add(headers, "ce_subject", subject);
    add(headers, "ce_time", proposal.time().toString());
    add(headers, "content-type", CONTENT_TYPE);
    add(headers, "ce_sequence", Long.toString(proposal.sequence()));
    add(headers, "ce_causationid", proposal.cause().causationId());
    add(headers, "ce_correlationid", proposal.cause().correlationId());
    add(headers, "ce_actor", proposal.cause().actor());
    add(headers, "ce_node", proposal.node());
    if (proposal.seen() != Proposal.UNTOLD) {
      add(headers, "ce_seen", Long.toString(proposal.seen()));
    }
    if (proposal.last()) {
      add(headers, "ce_last", "true");
    }
    return record;
  }

  /**
   * @throws IllegalArgumentException with the reason, when the record is not one of our events
   */
  static LogRecord decode(ConsumerRecord<byte[], byte[]> record) {
    Attributes found = new Attributes(record.headers());
    String subject = require("ce_subject", found.subject);
    if (record.key() == null || !subject.equals(new String(record.key(), UTF_8))) {
      throw new IllegalArgumentException("the key is not the subject");
    }
    if (!"1.0".equals(found.specVersion)) {
      throw new IllegalArgumentException("ce_specversion is " + found.specVersion);
    }
    if (!CONTENT_TYPE.equals(found.contentType)) {
      throw new IllegalArgumentException("content-type is " + found.contentType);
    }
    if (record.value() == null) {
      throw new IllegalArgumentException("no value");
    }
    require("ce_source", found.source);
    return new LogRecord(
        new Position(record.partition(), record.offset()),
        new Proposal(
            require("ce_id", found.id),
            Subject.parse(subject),
            sequence(require("ce_sequence", found.sequence)),
            require("ce_type", found.type),
            time(require("ce_time", found.time)),
            new Cause(
                require("ce_actor", found.actor),
                require("ce_causationid", found.causationId),
                require("ce_correlationid", found.correlationId)),
            require("ce_node", found.node),
            record.value(),
            found.seen == null ? Proposal.UNTOLD : seen(found.seen),
            found.last != null && last(found.last)));
  }

  private static long sequence(String text) {
    long sequence = Long.parseLong(text); // NumberFormatException is an IllegalArgumentException
    if (sequence < 1) {
      throw new IllegalArgumentException("ce_sequence is " + text);
    }
    return sequence;
  }

  private static long seen(String text) {
    long seen = Long.parseLong(text);
    if (seen < 0) {
      throw new IllegalArgumentException("ce_seen is " + text);
    }
    return seen;
  }

  private static boolean last(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("ce_last is " + text);
    };
  }

  private static Instant time(String text) {
    Instant time;
    try {
      time = Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("ce_time is " + text, e);
    }
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw new IllegalArgumentException("ce_time is " + text);
    }
    return time;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }

  private static String require(String name, @Nullable String value) {
    if (value == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return value;
  }

  /** One pass over the headers: there are a dozen, and replay reads millions of records. */
  private static final class Attributes {
    @Nullable String specVersion;
    @Nullable String id;
    @Nullable String source;
    @Nullable String type;
    @Nullable String subject;
    @Nullable String time;
    @Nullable String contentType;
    @Nullable String sequence;
    @Nullable String causationId;
    @Nullable String correlationId;
    @Nullable String actor;
    @Nullable String node;
    @Nullable String seen;
    @Nullable String last;

    Attributes(Headers headers) {
      for (Header header : headers) {
        byte[] bytes = header.value();
        if (bytes == null) {
          continue;
        }
        String value = new String(bytes, UTF_8);
        switch (header.key()) {
          case "ce_specversion" -> specVersion = value;
          case "ce_id" -> id = value;
          case "ce_source" -> source = value;
          case "ce_type" -> type = value;
          case "ce_subject" -> subject = value;
          case "ce_time" -> time = value;
          case "content-type" -> contentType = value;
          case "ce_sequence" -> sequence = value;
          case "ce_causationid" -> causationId = value;
          case "ce_correlationid" -> correlationId = value;
          case "ce_actor" -> actor = value;
          case "ce_node" -> node = value;
          case "ce_seen" -> seen = value;
          case "ce_last" -> last = value;
          default -> {} // CloudEvents may have more attributes than we know
        }
      }
    }
  }
}
