package dev.varve.image.dockerfile;

import java.util.regex.Pattern;

/**
 * One {@code <<EOF ... EOF}.
 *
 * @param name the delimiter without quotes
 * @param expands false when the delimiter was quoted
 * @param stripsTabs true for {@code <<-}
 * @param content as written, ends of lines included
 * @param descriptor the number before {@code <<}; 0 when there is none
 */
public record HereDocument(
    String name, boolean expands, boolean stripsTabs, String content, int descriptor) {
  private static final Pattern LEADING_TABS = Pattern.compile("(?m)^\\t+");

  /** The content without what {@code <<-} takes away. */
  public String text() {
    return stripsTabs ? LEADING_TABS.matcher(content).replaceAll("") : content;
  }

  /** What COPY and ADD call its file: the name, or the last part of one that is a path. */
  public String fileName() {
    return Paths.last("/" + name);
  }

  HereDocument withContent(String newContent) {
    return new HereDocument(name, expands, stripsTabs, newContent, descriptor);
  }
}
