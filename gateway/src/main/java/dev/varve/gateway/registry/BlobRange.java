package dev.varve.gateway.registry;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One range of bytes of a blob.
 *
 * @param length at least 1
 */
record BlobRange(long offset, long length) {
  private static final Pattern FORM = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  /** That no byte of the blob is in the range. */
  static final class OutsideException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Empty when the whole is wanted, also when the header is of another kind or names several
   * ranges, as RFC 9110 allows.
   *
   * @param size bytes of the blob
   */
  static Optional<BlobRange> parse(@Nullable String header, long size) throws OutsideException {
    Matcher matcher = header == null ? null : FORM.matcher(header.strip());
    if (matcher == null || !matcher.matches()) {
      return Optional.empty();
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty() && last.isEmpty()) {
      return Optional.empty();
    }
    if (first.isEmpty()) {
      long length = Math.min(Long.parseLong(last), size);
      if (length == 0) {
        throw new OutsideException();
      }
      return Optional.of(new BlobRange(size - length, length));
    }
    long offset = Long.parseLong(first);
    long end = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
    if (!last.isEmpty() && Long.parseLong(last) < offset) {
      return Optional.empty();
    }
    if (offset >= size) {
      throw new OutsideException();
    }
    return Optional.of(new BlobRange(offset, end - offset + 1));
  }

  /** The header that says which part of the whole an answer is. */
  String contentRange(long size) {
    return "bytes %d-%d/%d".formatted(offset, offset + length - 1, size);
  }
}
