package dev.varve.container.adapter.network;

import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkKernel;
import dev.varve.linux.net.PacketTables;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@link PacketTables} that nobody else changes unless the test says so. */
final class FakeTables implements PacketTables {
  private final NetworkKernel kernel;
  private final Map<String, Runnable> watchers = new HashMap<>();

  FakeTables(NetworkKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public void apply(String script) throws IOException {
    kernel.firewall(script);
  }

  @Override
  public void add(String table, List<Element> elements) {}

  @Override
  public void remove(String table, List<Element> elements) {}

  @Override
  public void forgetFlows(int protocol, Ipv4 answering) {}

  @Override
  public void watch(String table, Runnable changed) {
    watchers.put(table, changed);
  }

  /** Another program changes the table. */
  void change(String table) {
    watchers.get(table).run();
  }

  @Override
  public void close() {}
}
