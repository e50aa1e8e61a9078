package dev.varve.container.domain;

import java.math.BigInteger;
import java.util.Optional;

/**
 * A block of addresses in CIDR notation. The address may have bits beyond the prefix; {@link
 * #isExact} tells.
 */
public record Subnet(IpAddress address, int prefixLength) {

  /** Empty when the text is no CIDR block. */
  public static Optional<Subnet> read(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String length = text.substring(slash + 1);
    boolean digits =
        !length.isEmpty()
            && length.length() <= 3
            && length.chars().allMatch(c -> c >= '0' && c <= '9')
            && (length.length() == 1 || length.charAt(0) != '0');
    return IpAddress.read(text.substring(0, slash))
        .filter(address -> digits && Integer.parseInt(length) <= address.width())
        .map(address -> new Subnet(address, Integer.parseInt(length)));
  }

  /**
   * @throws IllegalArgumentException when it is none
   */
  public static Subnet parse(String text) {
    return read(text).orElseThrow(() -> new IllegalArgumentException("not a CIDR block: " + text));
  }

  private BigInteger hostMask() {
    return BigInteger.ONE.shiftLeft(address.width() - prefixLength).subtract(BigInteger.ONE);
  }

  public boolean isExact() {
    return address.bits().and(hostMask()).signum() == 0;
  }

  public Subnet exact() {
    return new Subnet(first(), prefixLength);
  }

  public IpAddress first() {
    return new IpAddress(address.bits().andNot(hostMask()), address.v6());
  }

  public IpAddress last() {
    return new IpAddress(address.bits().or(hostMask()), address.v6());
  }

  public boolean v6() {
    return address.v6();
  }

  public boolean contains(IpAddress other) {
    return other.v6() == v6() && other.compareTo(first()) >= 0 && other.compareTo(last()) <= 0;
  }

  public boolean overlaps(Subnet other) {
    return contains(other.first()) || other.contains(first());
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }
}
