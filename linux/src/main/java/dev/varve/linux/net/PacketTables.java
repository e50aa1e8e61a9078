package dev.varve.linux.net;

import java.io.IOException;
import java.util.List;

/**
 * Tables of packet rules, of family {@code inet}: made by a script for nft, changed element by
 * element without it, and watched. The real one is {@link NftTables}; thread-safe.
 */
public interface PacketTables extends AutoCloseable {

  /**
   * An element of a set or map, as the kernel has it: each part of a key or value fills up to four
   * bytes.
   *
   * @param set its name
   * @param to the last key of a range that begins with {@code key}; empty for one key alone
   * @param value empty in a set
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Element(String set, byte[] key, byte[] to, byte[] value) {}

  /** Applies an nft script as one transaction. */
  void apply(String script) throws IOException;

  /**
   * Adds all of them, or none, as one transaction.
   *
   * @throws dev.varve.linux.SystemCallException ENOENT when there is no such table or set
   */
  void add(String table, List<Element> elements) throws IOException;

  /**
   * Removes all of them, or none, as one transaction.
   *
   * @throws dev.varve.linux.SystemCallException ENOENT when one of them is not there
   */
  void remove(String table, List<Element> elements) throws IOException;

  /**
   * Forgets the flows of packets that this address answers: one of datagrams would be led there for
   * as long as somebody sends them, whatever the rules say by then.
   *
   * @param protocol its number in IP's header
   */
  void forgetFlows(int protocol, Ipv4 answering) throws IOException;

  /**
   * Tells when somebody else may have changed the table, soon after that; never for what was done
   * through this object.
   *
   * @param changed is called on a thread of its own
   */
  void watch(String table, Runnable changed) throws IOException;

  @Override
  void close();
}
