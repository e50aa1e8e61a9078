package dev.varve.linux.net;

import dev.varve.linux.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** What the kernel tells of transactions on inet tables that another socket than ours made. */
final class NftNews implements NewsSocket.Listener, AutoCloseable {
  private static final int GROUP_NFTABLES = 1 << 6;
  private static final int NEW_GENERATION = 15;
  private static final int GENERATION_ID = 1;
  private static final int NAME_OF_TABLE = 1;
  private static final int FIXED = 4;
  private static final int UNKNOWN_GENERATION = -1;

  private final int ownPort;
  private final BiConsumer<Predicate<String>, Integer> listener;
  private final NewsSocket socket;
  private Set<String> touched = new HashSet<>();

  /**
   * @param ownPort of the socket whose transactions are no news
   * @param listener gets which tables it is about and the number of the generation that changed
   *     them
   */
  NftNews(int ownPort, BiConsumer<Predicate<String>, Integer> listener) throws SystemCallException {
    this.ownPort = ownPort;
    this.listener = listener;
    this.socket = new NewsSocket("nft-news", Netlink.NETFILTER, GROUP_NFTABLES, this);
  }

  @Override
  public void message(int type, int sender, ByteBuffer body) {
    if (type == (NftBatch.SUBSYSTEM | NEW_GENERATION)) {
      ended(generationIn(body));
    } else if (type >> 8 == NftBatch.SUBSYSTEM >> 8
        && sender != ownPort
        && body.remaining() >= FIXED
        && body.get(0) == NftBatch.FAMILY_INET) {
      touched.add(nameIn(body));
    }
  }

  /** Any table may have changed. */
  @Override
  public void lost() {
    listener.accept(_ -> true, UNKNOWN_GENERATION);
  }

  private void ended(int generation) {
    if (!touched.isEmpty()) {
      Set<String> tables = touched;
      touched = new HashSet<>();
      listener.accept(tables::contains, generation);
    }
  }

  /** Every message about a table, or something in it, names the table first. */
  private static String nameIn(ByteBuffer body) {
    int at = attribute(body, NAME_OF_TABLE);
    if (at < 0) {
      return "";
    }
    byte[] name = new byte[(body.getShort(at) & 0xffff) - 5];
    body.get(at + 4, name);
    return new String(name, StandardCharsets.US_ASCII);
  }

  /**
   * @param body of a message that tells of a generation, after its header
   */
  static int generationIn(ByteBuffer body) {
    int at = attribute(body, GENERATION_ID);
    return at < 0
        ? UNKNOWN_GENERATION
        : body.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(at + 4);
  }

  private static int attribute(ByteBuffer body, int wanted) {
    int at = FIXED;
    while (at + 4 <= body.limit()) {
      int length = body.getShort(at) & 0xffff;
      if (length < 4 || at + length > body.limit()) {
        return -1;
      }
      if ((body.getShort(at + 2) & 0x3fff) == wanted) {
        return at;
      }
      at += (length + 3) & ~3;
    }
    return -1;
  }

  @Override
  public void close() {
    socket.close();
  }
}
