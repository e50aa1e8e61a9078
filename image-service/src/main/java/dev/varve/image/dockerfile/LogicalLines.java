package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Joins continued lines and keeps comments and directives apart from instructions. */
final class LogicalLines {
  private final Lines lines;
  private final DirectiveReader directives;
  private List<String> comments = new ArrayList<>();
  private String last = "";

  /** Of a file, which may begin with directives. */
  LogicalLines(Lines lines) {
    this(lines, new DirectiveReader());
  }

  /** Of a text that stands by itself. */
  LogicalLines(Lines lines, char escape) {
    this(lines, DirectiveReader.done(escape));
  }

  private LogicalLines(Lines lines, DirectiveReader directives) {
    this.lines = lines;
    this.directives = directives;
  }

  Directives directives() {
    return directives.directives();
  }

  char escape() {
    return directives.escape();
  }

  /** The next instruction's line; empty at the file's end. */
  Optional<LogicalLine> next() {
    while (lines.hasNext()) {
      String whole = read();
      String line = whole.strip();
      int indent = whole.length() - whole.stripLeading().length();
      if (takenByDirectives(line, indent)) {
        continue;
      }
      if (line.isEmpty()) {
        comments.clear();
      } else if (line.charAt(0) == '#') {
        comment(line.substring(1).strip());
      } else {
        LogicalLine joined = join(whole.substring(indent), indent + 1);
        if (!joined.isEmpty()) {
          return Optional.of(joined);
        }
      }
    }
    return Optional.empty();
  }

  private boolean takenByDirectives(String line, int indent) {
    try {
      return directives.takes(line);
    } catch (Malformed e) {
      Position position = new Position(lines.number(), indent + e.offset() + 1);
      throw lines.refusal(position, e.reason());
    }
  }

  private void comment(String text) {
    if (text.isEmpty()) {
      comments.clear();
    } else {
      comments.add(text);
    }
  }

  private LogicalLine join(String first, int column) {
    LogicalLine joined = new LogicalLine(lines, comments);
    comments = new ArrayList<>();
    boolean continued = append(joined, first, column);
    while (continued && lines.hasNext()) {
      String line = read();
      String content = line.strip();
      if (content.isEmpty()) {
        joined.setContinuedOverEmpty();
      } else if (content.charAt(0) != '#') {
        continued = append(joined, line, 1);
      }
    }
    return joined.ended(last);
  }

  private boolean append(LogicalLine joined, String line, int column) {
    if (lines.isDamaged(line)) {
      throw lines.refusal(new Position(lines.number(), column), "invalid UTF-8");
    }
    int escape = continuation(line);
    joined.append(escape < 0 ? line : line.substring(0, escape), column);
    return escape >= 0;
  }

  /** Where the escape is that continues a line; negative when nothing does. */
  private int continuation(String line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    int at = end - 1;
    if (at < 0 || line.charAt(at) != escape()) {
      return -1;
    }
    return at > 0 && line.charAt(at - 1) == escape() ? -1 : at;
  }

  /**
   * The contents of here-documents, which begin behind the line.
   *
   * @throws DockerfileException when one does not end
   */
  List<HereDocument> contents(LogicalLine line, List<HereDocument> marks) {
    List<HereDocument> documents = new ArrayList<>();
    for (HereDocument mark : marks) {
      documents.add(mark.withContent(content(line, mark)));
    }
    return List.copyOf(documents);
  }

  private String content(LogicalLine line, HereDocument mark) {
    StringBuilder content = new StringBuilder();
    while (lines.hasNext()) {
      String raw = lines.next();
      last = Lines.withoutEnd(raw);
      if (lines.isDamaged(last)) {
        throw lines.refusal(new Position(lines.number(), 1), "invalid UTF-8");
      }
      String end = mark.stripsTabs() ? withoutTabs(last) : last;
      if (end.equals(mark.name())) {
        return content.toString();
      }
      content.append(raw);
    }
    int spot = Math.max(0, line.text().indexOf("<<"));
    throw line.refusal(spot, "unterminated heredoc");
  }

  private static String withoutTabs(String line) {
    int start = 0;
    while (start < line.length() && line.charAt(start) == '\t') {
      start++;
    }
    return line.substring(start);
  }

  /** From an instruction's start to the line that was read last. */
  SourceRange rangeOf(LogicalLine line) {
    return line.rangeSoFar(last);
  }

  private String read() {
    last = Lines.withoutEnd(lines.next());
    return last;
  }
}
