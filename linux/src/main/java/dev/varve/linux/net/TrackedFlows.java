package dev.varve.linux.net;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** What the kernel remembers of flows of packets, over ctnetlink. */
final class TrackedFlows {
  private static final int SUBSYSTEM = 1 << 8;
  private static final int GET = 1;
  private static final int DELETE = 2;
  private static final short DUMP = 1 | 0x300;
  private static final short ACKNOWLEDGED = 1 | 4;
  private static final byte AF_INET = 2;
  private static final int FIXED = 4;
  private static final int ASKING = 1;
  private static final int ANSWERING = 2;
  private static final int ADDRESSES = 1;
  private static final int PROTOCOL = 2;
  private static final int SOURCE_IPV4 = 1;
  private static final int NUMBER = 1;

  private final Netlink netlink;

  TrackedFlows(Netlink netlink) {
    this.netlink = netlink;
  }

  /** Forgets those whose answers come from this address. */
  void forget(int protocol, Ipv4 answering) throws SystemCallException {
    List<byte[]> tuples = new ArrayList<>();
    netlink.dump(
        sequence -> request(GET, DUMP, sequence, new byte[0]),
        item -> {
          ByteBuffer answers = nested(item, FIXED, ANSWERING);
          ByteBuffer source = nested(nested(answers, 0, ADDRESSES), 0, SOURCE_IPV4);
          ByteBuffer number = nested(nested(answers, 0, PROTOCOL), 0, NUMBER);
          if (source.limit() == 4
              && number.limit() > 0
              && number.get(0) == (byte) protocol
              && source.order(ByteOrder.BIG_ENDIAN).getInt(0) == answering.bits()) {
            ByteBuffer asking = nested(item, FIXED, ASKING);
            byte[] tuple = new byte[asking.limit()];
            asking.get(0, tuple);
            tuples.add(tuple);
          }
        });
    for (byte[] tuple : tuples) {
      int error = netlink.request(sequence -> request(DELETE, ACKNOWLEDGED, sequence, tuple));
      // ENOENT: it has ended by itself.
      if (error != 0 && error != Errno.ENOENT) {
        throw new SystemCallException("forget a flow", error);
      }
    }
  }

  private static byte[] request(int type, short flags, int sequence, byte[] tuple) {
    int attribute = tuple.length == 0 ? 0 : 4 + tuple.length;
    ByteBuffer out = ByteBuffer.allocate(20 + attribute).order(ByteOrder.nativeOrder());
    out.putInt(out.capacity()).putShort((short) (SUBSYSTEM | type)).putShort(flags);
    out.putInt(sequence).putInt(0);
    out.put(AF_INET).put((byte) 0).putShort((short) 0);
    if (attribute > 0) {
      out.putShort((short) attribute).putShort((short) (ASKING | 0x8000)).put(tuple);
    }
    return out.array();
  }

  /** The value of an attribute; empty when there is none. */
  private static ByteBuffer nested(ByteBuffer in, int from, int wanted) {
    int at = from;
    while (at + 4 <= in.limit()) {
      int length = in.order(ByteOrder.nativeOrder()).getShort(at) & 0xffff;
      if (length < 4 || at + length > in.limit()) {
        break;
      }
      if ((in.getShort(at + 2) & 0x3fff) == wanted) {
        return in.slice(at + 4, length - 4).order(ByteOrder.nativeOrder());
      }
      at += (length + 3) & ~3;
    }
    return ByteBuffer.allocate(0);
  }
}
