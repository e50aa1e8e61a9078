package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** COPY and ADD. */
final class TransferReader {
  private static final Map<String, Flags.Kind> BOTH =
      Map.of(
          "chown", Flags.Kind.TEXT,
          "chmod", Flags.Kind.TEXT,
          "link", Flags.Kind.BOOLEAN,
          "exclude", Flags.Kind.TEXTS);
  private static final Map<String, Flags.Kind> COPY =
      with(Map.of("from", Flags.Kind.TEXT, "parents", Flags.Kind.BOOLEAN));
  private static final Map<String, Flags.Kind> ADD =
      with(
          Map.of(
              "checksum", Flags.Kind.TEXT,
              "keep-git-dir", Flags.Kind.BOOLEAN,
              "unpack", Flags.Kind.BOOLEAN));

  private final Clause clause;
  private final List<HereDocument> documents;

  TransferReader(Clause clause, List<HereDocument> documents) {
    this.clause = clause;
    this.documents = documents;
  }

  private static Map<String, Flags.Kind> with(Map<String, Flags.Kind> own) {
    Map<String, Flags.Kind> all = new HashMap<>(BOTH);
    all.putAll(own);
    return Map.copyOf(all);
  }

  Instruction copy(Source source) {
    List<String> words = words();
    Flags flags = Flags.read(clause, COPY);
    boolean parents = flags.bool("parents").orElse(false);
    return new Instruction.Copy(source, transfer(words, flags), flags.text("from"), parents);
  }

  Instruction add(Source source) {
    List<String> words = words();
    Flags flags = Flags.read(clause, ADD);
    return new Instruction.Add(
        source,
        transfer(words, flags),
        flags.text("checksum"),
        flags.bool("keep-git-dir"),
        flags.bool("unpack"));
  }

  private List<String> words() {
    List<String> words =
        clause
            .execForm()
            .orElseGet(() -> clause.wordsAtBlanks().stream().map(Words.Word::text).toList());
    if (words.size() < 2) {
      throw clause.refusal(
          clause.name()
              + " requires at least two arguments, but only one was provided."
              + " Destination could not be determined");
    }
    return words;
  }

  private Transfer transfer(List<String> words, Flags flags) {
    String destination = words.getLast();
    if (HereDocuments.mark(destination).isPresent()) {
      throw clause.refusal(clause.name() + " cannot accept a heredoc as a destination");
    }
    Map<String, HereDocument> byName = new HashMap<>();
    documents.forEach(document -> byName.put(document.name(), document));
    List<String> paths = new ArrayList<>();
    List<HereDocument> sources = new ArrayList<>();
    for (String word : words.subList(0, words.size() - 1)) {
      Optional<HereDocument> mark = HereDocuments.mark(word);
      if (mark.isEmpty()) {
        paths.add(word);
      } else {
        sources.add(byName.getOrDefault(mark.get().name(), mark.get()));
      }
    }
    return new Transfer(
        paths,
        sources,
        destination,
        flags.text("chown"),
        flags.text("chmod"),
        flags.bool("link").orElse(false),
        flags.texts("exclude"));
  }
}
