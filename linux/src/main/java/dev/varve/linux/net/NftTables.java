package dev.varve.linux.net;

import dev.varve.linux.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@link PacketTables} of the running kernel, in the network namespace of the thread that made it.
 *
 * <p>Who changed a table is told by the kernel with the change: the socket for what came through
 * ours, and for scripts the number of the ruleset's generation, which each transaction raises by
 * one.
 */
public final class NftTables implements PacketTables {
  private static final int GET_GENERATION = 16;

  /** So that answers to a long list fit the socket's buffer. */
  private static final int MOST_AT_ONCE = 128;

  private final NetworkKernel kernel;
  private final Netlink netlink;
  private final Map<String, Runnable> watchers = new HashMap<>();
  private final Set<Integer> ownGenerations = new HashSet<>();
  private @Nullable NftNews news;

  public NftTables(NetworkKernel kernel) throws SystemCallException {
    this.kernel = kernel;
    this.netlink = new Netlink(Netlink.NETFILTER);
  }

  @Override
  public synchronized void apply(String script) throws IOException {
    int before = generation();
    kernel.firewall(script);
    int after = generation();
    // With another's transaction in between nobody can say which was which: it will look foreign.
    if (after == before + 1) {
      ownGenerations.add(after);
    }
  }

  @Override
  public void add(String table, List<Element> elements) throws SystemCallException {
    transact("add to", NftBatch.NEW_ELEMENT, table, elements);
  }

  @Override
  public void remove(String table, List<Element> elements) throws SystemCallException {
    transact("remove from", NftBatch.DELETE_ELEMENT, table, elements);
  }

  private void transact(String what, int type, String table, List<Element> elements)
      throws SystemCallException {
    for (int from = 0; from < elements.size(); from += MOST_AT_ONCE) {
      List<Element> some = elements.subList(from, Math.min(elements.size(), from + MOST_AT_ONCE));
      int error = netlink.request(new NftBatch(type, table, some));
      if (error != 0) {
        throw new SystemCallException(what + " table " + table, error);
      }
    }
  }

  @Override
  public synchronized void watch(String table, Runnable changed) throws SystemCallException {
    watchers.put(table, changed);
    if (news == null) {
      var unused = generation(); // Makes the socket's own number known.
      news = new NftNews(netlink.port(), this::changed);
    }
  }

  /** Waits while a script is applied, so that its generation is known as ours. */
  private synchronized void changed(Predicate<String> tables, int generation) {
    if (ownGenerations.remove(generation)) {
      return;
    }
    watchers.forEach((table, watcher) -> {
      if (tables.test(table)) {
        // On a thread that is in this network namespace, as is then what it starts.
        Thread.ofPlatform().name("nft-changed").daemon().start(watcher);
      }
    });
  }

  @Override
  public void forgetFlows(int protocol, Ipv4 answering) throws SystemCallException {
    new TrackedFlows(netlink).forget(protocol, answering);
  }

  private int generation() throws SystemCallException {
    int[] generation = new int[1];
    netlink.dump(
        sequence ->
            ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .putInt(20)
                .putShort((short) (NftBatch.SUBSYSTEM | GET_GENERATION))
                .putShort((short) 5)
                .putInt(sequence)
                .array(),
        item -> generation[0] = NftNews.generationIn(item));
    return generation[0];
  }

  @Override
  public void close() {
    @Nullable NftNews heard;
    synchronized (this) {
      heard = news;
    }
    // Without the lock: its thread may be waiting for it to tell of something.
    if (heard != null) {
      heard.close();
    }
    netlink.close();
  }
}
