package dev.varve.image.dockerfile;

import java.util.List;

/**
 * Where an instruction stands and how it was written.
 *
 * @param keyword as written, whatever its case
 * @param text its logical line: continued lines joined, comments inside dropped, here-documents
 *     left out; what Docker's step line shows
 * @param comments that stand directly above, without {@code #}
 */
public record Source(String keyword, String text, SourceRange range, List<String> comments) {
  public Source {
    comments = List.copyOf(comments);
  }
}
