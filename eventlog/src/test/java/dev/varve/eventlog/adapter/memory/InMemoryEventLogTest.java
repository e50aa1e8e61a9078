package dev.varve.eventlog.adapter.memory;

import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.testing.EventLogContract;

final class InMemoryEventLogTest extends EventLogContract {
  @Override
  protected EventLog open(int partitions) {
    return new InMemoryEventLog(partitions);
  }
}
