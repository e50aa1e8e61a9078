package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects warnings that a file's and an instruction's options let through. */
final class Findings {
  private final CheckOptions options;
  private final List<Warning> found = new ArrayList<>();

  Findings(CheckOptions options) {
    this.options = options;
  }

  /** About an instruction, which may have options of its own. */
  void add(Check check, Source source, String message) {
    if (options.with(source.comments()).wants(check)) {
      found.add(new Warning(check, message, source.range()));
    }
  }

  /** About the file, at some place. */
  void add(Check check, SourceRange range, String message) {
    if (options.wants(check)) {
      found.add(new Warning(check, message, range));
    }
  }

  List<Warning> byLine() {
    return found.stream()
        .sorted(Comparator.comparingInt(warning -> warning.range().firstLine()))
        .toList();
  }
}
