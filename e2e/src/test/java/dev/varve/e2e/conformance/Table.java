package dev.varve.e2e.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Rows of a resource beside the tests: cells parted by a bar with blanks around it, lines that
 * begin with {@code #} are remarks.
 */
final class Table {
  private Table() {}

  static Stream<List<String>> rows(String resource) {
    try (InputStream in =
        Objects.requireNonNull(Table.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(Table::cells)
              .toList()
              .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.split("(?<=\\s)\\|(?=\\s|$)", -1)).map(String::strip).toList();
  }
}
