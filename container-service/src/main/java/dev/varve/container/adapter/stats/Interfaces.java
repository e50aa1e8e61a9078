package dev.varve.container.adapter.stats;

import dev.varve.container.application.Sample;
import dev.varve.container.application.StatsReader;
import dev.varve.linux.SystemCallException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The network interfaces of a run, without the loopback. One thread. */
final class Interfaces implements AutoCloseable {
  /** Of the columns that receive, those behind bytes, packets, errors and drops. */
  private static final int SKIPPED = 4;

  private final Text text = new Text();

  List<Sample.Interface> of(StatsReader.Run run, OpenFiles files) throws SystemCallException {
    if (!run.ownNetwork()) {
      return List.of();
    }
    KernelStats.read(text, files.get(Path.of("/proc", Integer.toString(run.pid()), "net/dev")));
    List<Sample.Interface> found = new ArrayList<>();
    text.nextLine();
    for (text.nextLine(); text.hasLine(); text.nextLine()) {
      String name = text.word(':');
      if (!name.equals("lo")) {
        long[] received = four();
        for (int i = 0; i < SKIPPED; i++) {
          text.number();
        }
        long[] sent = four();
        found.add(
            new Sample.Interface(
                name,
                received[0],
                received[1],
                received[2],
                received[3],
                sent[0],
                sent[1],
                sent[2],
                sent[3]));
      }
    }
    return found;
  }

  private long[] four() {
    return new long[] {text.number(), text.number(), text.number(), text.number()};
  }

  @Override
  public void close() {
    text.close();
  }
}
