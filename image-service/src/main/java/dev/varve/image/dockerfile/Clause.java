package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An instruction's line, cut into keyword, flags and the rest. An ONBUILD holds another one.
 *
 * <p>Offsets are those of the whole line, so that a nested clause can tell its places, too.
 */
final class Clause {
  private final LogicalLine line;
  private final String text;
  private final char escape;
  private final Words.Word keyword;
  private final Words.Flagged flagged;

  private Clause(LogicalLine line, int from, char escape) {
    this.line = line;
    this.text = line.text().stripTrailing();
    this.escape = escape;
    int start = Words.skipBlanks(text, from);
    int end = Words.endOfWord(text, start);
    this.keyword = new Words.Word(text.substring(start, end), start);
    this.flagged = Words.flags(text, end, escape);
  }

  static Clause of(LogicalLine line, char escape) {
    return new Clause(line, 0, escape);
  }

  /** The instruction behind ONBUILD; empty when there is nothing. */
  Optional<Clause> nested() {
    return rest().isEmpty() ? Optional.empty() : Optional.of(new Clause(line, restAt(), escape));
  }

  /** In upper case. */
  String name() {
    return keyword.text().toUpperCase(Locale.ROOT);
  }

  Words.Word keyword() {
    return keyword;
  }

  List<Words.Word> flags() {
    return flagged.flags();
  }

  /** Everything behind the flags; empty when there is nothing. */
  String rest() {
    return text.substring(restAt());
  }

  int restAt() {
    return Math.min(flagged.rest(), text.length());
  }

  /** From the keyword on. */
  String whole() {
    return text.substring(keyword.offset());
  }

  String line() {
    return text;
  }

  List<String> comments() {
    return line.comments();
  }

  List<Words.Word> wordsAtBlanks() {
    return Words.atBlanks(text, restAt());
  }

  List<Words.Word> wordsOutsideQuotes() {
    return Words.outsideQuotes(text, restAt(), escape);
  }

  /**
   * The exec form's words; empty for the shell form.
   *
   * @throws DockerfileException for an array of other things than strings
   */
  Optional<List<String>> execForm() {
    return execForm(restAt());
  }

  Optional<List<String>> execForm(int from) {
    try {
      return JsonArray.read(text.substring(from));
    } catch (Malformed e) {
      throw refusal(from, e.reason());
    }
  }

  DockerfileException refusal(int offset, String reason) {
    return line.refusal(offset, reason);
  }

  DockerfileException refusal(String reason) {
    return refusal(restAt() < text.length() ? restAt() : keyword.offset(), reason);
  }

  DockerfileException needsOneArgument() {
    return refusal(name() + " requires at least one argument");
  }
}
