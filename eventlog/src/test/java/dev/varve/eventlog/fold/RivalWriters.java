package dev.varve.eventlog.fold;

import static dev.varve.eventlog.testing.Proposals.said;
import static dev.varve.eventlog.testing.Proposals.seen;

import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.testing.Letters;
import dev.varve.eventlog.testing.Letters.Talk;
import dev.varve.eventlog.testing.Letters.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes a log as rival writers would, from a seed: each decides on the state it has read so far,
 * which may be old; batches have one to three events of one or two subjects; some are cut short,
 * some are sent again later, some are late by many records. Subjects are closed and open again.
 */
final class RivalWriters {
  /** So few records that many a proposal comes too late, and many a subject is forgotten. */
  static final long HOLDS = 12;

  private static final int SUBJECTS = 4;

  private final Random random;
  private final List<LogRecord> log = new ArrayList<>();
  private final List<List<Proposal>> late = new ArrayList<>();
  private final List<Writer> writers = new ArrayList<>();
  private int commands;

  private static final class Writer {
    final Fold<Talk, Word> fold = new Fold<>(Letters.CODEC, Letters.EVOLUTION, HOLDS);
    int read;
  }

  private RivalWriters(Random random) {
    this.random = random;
    for (int i = 0; i < 2 + random.nextInt(4); i++) {
      writers.add(new Writer());
    }
  }

  static List<LogRecord> log(long seed, int steps) {
    RivalWriters rivals = new RivalWriters(new Random(seed));
    for (int i = 0; i < steps; i++) {
      rivals.step();
    }
    return rivals.log;
  }

  private void step() {
    Writer writer = writers.get(random.nextInt(writers.size()));
    switch (random.nextInt(6)) {
      case 0, 1, 2 -> catchUp(writer, log.size());
      case 3 -> catchUp(writer, Math.min(log.size(), writer.read + random.nextInt(3)));
      default -> send(decide(writer));
    }
    if (!late.isEmpty() && random.nextInt(4) == 0) {
      append(late.remove(random.nextInt(late.size())));
    }
  }

  private void catchUp(Writer writer, int end) {
    while (writer.read < end) {
      writer.fold.apply(log.get(writer.read++));
    }
  }

  private List<Proposal> decide(Writer writer) {
    List<Proposal> batch = new ArrayList<>();
    int first = random.nextInt(SUBJECTS);
    for (int s = first; s <= first + random.nextInt(2); s++) {
      Subject subject = new Subject("talk", "s" + s % SUBJECTS);
      var basis = writer.fold.get(subject);
      String last = basis.state().map(talk -> talk.words().getLast()).orElse("");
      String id = "c" + commands++;
      for (int step = 0; step <= random.nextInt(3); step++) {
        String text = LinearHistory.word(last, id + "." + step);
        boolean closes = random.nextInt(4) == 0;
        batch.add(
            seen(
                said(
                    EventIds.continuing(id, step),
                    subject.toString(),
                    basis.sequence() + 1 + step,
                    text),
                writer.read,
                closes));
        last = closes ? "" : text;
      }
    }
    return batch;
  }

  private void send(List<Proposal> batch) {
    switch (random.nextInt(6)) {
      case 0 -> append(batch.subList(0, random.nextInt(batch.size()))); // the writer died
      case 1 -> late.add(batch);
      case 2 -> {
        append(batch);
        late.add(batch); // sent again: the answer was lost
      }
      default -> append(batch);
    }
  }

  private void append(List<Proposal> batch) {
    for (Proposal proposal : batch) {
      log.add(new LogRecord(new Position(0, log.size()), proposal));
    }
  }
}
