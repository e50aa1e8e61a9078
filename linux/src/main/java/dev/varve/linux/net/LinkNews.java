package dev.varve.linux.net;

import dev.varve.linux.SystemCallException;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/** What the kernel tells of links that are gone, are down, or have lost an address. */
final class LinkNews implements NewsSocket.Listener, AutoCloseable {
  private static final int GROUP_LINK = 1;
  private static final int GROUP_IPV4_ADDRESS = 0x10;
  private static final int GROUP_IPV6_ADDRESS = 0x100;
  private static final int NEW_LINK = 16;
  private static final int DELETED_LINK = 17;
  private static final int DELETED_ADDRESS = 21;
  private static final int INDEX = 4;
  private static final int FLAGS = 8;
  private static final int FIXED = 8;
  private static final int UP = 1;

  private final IntConsumer disturbed;
  private final NewsSocket socket;

  /**
   * @param disturbed gets the link's index, or 0 when any of them may be meant
   */
  LinkNews(IntConsumer disturbed) throws SystemCallException {
    this.disturbed = disturbed;
    this.socket =
        new NewsSocket(
            "link-news", Netlink.ROUTE, GROUP_LINK | GROUP_IPV4_ADDRESS | GROUP_IPV6_ADDRESS, this);
  }

  @Override
  public void message(int type, int sender, ByteBuffer body) {
    if (body.remaining() < FIXED) {
      return;
    }
    boolean down =
        type == NEW_LINK && body.remaining() >= FLAGS + 4 && (body.getInt(FLAGS) & UP) == 0;
    if (down || type == DELETED_LINK || type == DELETED_ADDRESS) {
      disturbed.accept(body.getInt(INDEX));
    }
  }

  @Override
  public void lost() {
    disturbed.accept(0);
  }

  @Override
  public void close() {
    socket.close();
  }
}
