package dev.varve.image.application.build;

import dev.varve.image.dockerfile.HereDocument;
import dev.varve.image.dockerfile.PathPatterns;
import dev.varve.image.dockerfile.Transfer;
import dev.varve.image.domain.CacheKey;
import dev.varve.image.domain.CachedStep;
import dev.varve.image.domain.StepPlace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** COPY and ADD: a layer made of files, without a container. Any thread, each stage's by one. */
final class CopyStep {
  private final FileTrees trees;
  private final StageFiles files;
  private final LayerSteps steps;

  CopyStep(FileTrees trees, StageFiles files, LayerSteps steps) {
    this.trees = trees;
    this.files = files;
    this.steps = steps;
  }

  /**
   * What is copied, and how.
   *
   * @param name COPY or ADD
   * @param tree where the paths are
   * @param keepsOwners of files that do not come from the context
   * @param unpacks archives among the paths become what they hold
   * @param missing what is said of a path that is not there
   */
  record Order(
      String name,
      Transfer transfer,
      FileTree tree,
      boolean keepsOwners,
      boolean parents,
      boolean unpacks,
      Function<String, StepFailure> missing) {}

  /**
   * @return true when the cache had it
   */
  boolean carryOut(Build build, StageState state, StepPlace place, Order order)
      throws IOException, InterruptedException {
    return with(
        order,
        items -> {
          CacheKey key = key(state, order, items);
          return steps.carryOut(
              build,
              state,
              place,
              history(state, order, named(items, key)),
              key,
              () -> make(build, state, order, items));
        });
  }

  /** Opens what is to be copied. */
  @FunctionalInterface
  interface Opening {
    Order open() throws IOException, InterruptedException;
  }

  /**
   * The same when all that can be copied is named already: it need not be opened when the cache has
   * what came of it, nor copied when the cache has what came of equal contents.
   *
   * @param name COPY or ADD
   * @param source names all that can be copied
   */
  boolean carryOut(
      Build build,
      StageState state,
      StepPlace place,
      String name,
      Transfer transfer,
      String source,
      Opening opening)
      throws IOException, InterruptedException {
    CacheKey key =
        base("copy-from", state, name, transfer)
            .add(source)
            .add(transfer.paths())
            .add(transfer.documents().stream().map(Object::toString).toList())
            .add(place.instruction())
            .key();
    String history =
        HistoryText.note(
            state.config(),
            "%s multi:%s in %s "
                .formatted(name, key.hex(), destination(state, transfer.destination())));
    return steps.carryOut(
        build, state, place, history, key, () -> openAndMake(build, state, opening.open()));
  }

  private LayerSteps.Made openAndMake(Build build, StageState state, Order order)
      throws IOException, InterruptedException {
    try (FileTree _ = order.tree()) {
      return with(
          order,
          items -> {
            CacheKey content = key(state, order, items);
            Optional<CachedStep> known = steps.find(build, content);
            return known.isPresent()
                ? LayerSteps.Made.known(known.get())
                : make(build, state, order, items).as(content);
          });
    }
  }

  /** Work on the sources, found. */
  @FunctionalInterface
  private interface Work<T> {
    T on(List<SourceItem> items) throws IOException, InterruptedException;
  }

  private <T> T with(Order order, Work<T> work) throws IOException, InterruptedException {
    List<FileTree> opened = new ArrayList<>();
    try {
      List<SourceItem> items = items(order, opened);
      if (items.isEmpty()) {
        throw new StepFailure(order.name() + " failed: no source files were specified");
      }
      if (items.size() > 1 && !isDirectory(order.transfer().destination())) {
        throw new StepFailure(
            "When using %s with more than one source file, the destination must be a directory and end with a /"
                .formatted(order.name()));
      }
      return work.on(items);
    } finally {
      opened.forEach(FileTree::close);
    }
  }

  private static String history(StageState state, Order order, String sources) {
    return HistoryText.note(
        state.config(),
        "%s %s in %s "
            .formatted(order.name(), sources, destination(state, order.transfer().destination())));
  }

  private static String destination(StageState state, String written) {
    String base = state.config().workingDir();
    return written.startsWith("/") ? written : (base.isEmpty() ? "" : base) + "/" + written;
  }

  private static boolean isDirectory(String destination) {
    return destination.endsWith("/")
        || destination.equals(".")
        || destination.equals("..")
        || destination.endsWith("/.")
        || destination.endsWith("/..");
  }

  private List<SourceItem> items(Order order, List<FileTree> opened) throws IOException {
    List<SourceItem> items = new ArrayList<>();
    for (String path : order.transfer().paths()) {
      items.addAll(SourceSelection.of(order.tree(), path, order.parents(), order.missing()));
    }
    for (HereDocument document : order.transfer().documents()) {
      byte[] text = document.text().getBytes(StandardCharsets.UTF_8);
      String name = FileNode.bytes(document.fileName());
      FileNode file = FileNode.file(name, text.length);
      FileTree tree = trees.single(file, new ByteArrayInputStream(text));
      opened.add(tree);
      items.add(new SourceItem(tree, tree.node(name).orElseThrow(), name, Optional.empty(), false));
    }
    return items;
  }

  /** What every copy's result depends on. */
  private static StepKey base(String kind, StageState state, String name, Transfer transfer) {
    return new StepKey(kind, transfer.link() ? "" : state.chain())
        .add(name)
        .add(destination(state, transfer.destination()))
        .add(transfer.owner().orElse(""))
        .add(transfer.mode().orElse(""));
  }

  private static CacheKey key(StageState state, Order order, List<SourceItem> items) {
    PathPatterns excludes = PathPatterns.of(order.transfer().excludes());
    StepKey key =
        base("copy", state, order.name(), order.transfer())
            .add(Boolean.toString(order.unpacks()))
            .add(Boolean.toString(order.keepsOwners()));
    for (SourceItem item : items) {
      key.add(item.name()).add(item.kept().isPresent() ? 1 : 0);
      if (item.kept().isEmpty()) {
        key.add(content(item.node().at(""), order));
      }
      if (item.isDirectory()) {
        for (FileNode node : item.tree().below(item.node().path())) {
          if (item.isMeant(node, excludes)) {
            key.add(content(node.at(item.relative(node)), order));
          }
        }
      }
    }
    return key.key();
  }

  /** Owners that are not kept do not count. */
  private static FileNode content(FileNode node, Order order) {
    return order.keepsOwners() ? node : node.ownedBy(0, 0);
  }

  private static String named(List<SourceItem> items, CacheKey key) {
    String kind = items.size() > 1 ? "multi:" : items.getFirst().isDirectory() ? "dir:" : "file:";
    return kind + key.hex();
  }

  private LayerSteps.Made make(Build build, StageState state, Order order, List<SourceItem> items)
      throws IOException, InterruptedException {
    PathPatterns excludes = PathPatterns.of(order.transfer().excludes());
    String destination = destination(state, order.transfer().destination());
    boolean directory = isDirectory(order.transfer().destination());
    boolean alone = order.transfer().link();
    Destination below = alone ? Destination.empty() : files.of(build, state);
    CopiedFiles copied = new CopiedFiles(below, change(build, state, order), build.epoch());
    Destination.Place target = below.resolve(FileNode.bytes(destination));
    boolean into = directory || target.isDirectory();
    if (into && target.node().isPresent() && !target.isDirectory()) {
      throw new StepFailure("cannot copy to non-directory: " + destination);
    }
    if (directory) {
      copied.addDirectory(target.path());
    }
    List<FileTree> opened = new ArrayList<>();
    try {
      for (SourceItem item : items) {
        put(copied, item, target, into, excludes, order, opened);
      }
      return copied.isEmpty() ? LayerSteps.Made.NOTHING : copied.made(trees, build.lease());
    } finally {
      opened.forEach(FileTree::close);
    }
  }

  private void put(
      CopiedFiles copied,
      SourceItem item,
      Destination.Place target,
      boolean into,
      PathPatterns excludes,
      Order order,
      List<FileTree> opened)
      throws IOException, InterruptedException {
    String base = target.path();
    if (item.isDirectory()) {
      copied.addContents(item, base, excludes);
      return;
    }
    if (order.unpacks() && item.node().isRegular()) {
      Optional<FileTree> archive = trees.readIfTar(item.open(item.node()));
      if (archive.isPresent()) {
        opened.add(archive.get());
        FileNode root = archive.get().node("").orElseThrow();
        copied.addContents(
            new SourceItem(archive.get(), root, "", Optional.empty(), true),
            base,
            PathPatterns.NONE);
        return;
      }
    }
    copied.addFile(item, item.node(), into ? join(base, item.name()) : base);
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /** Owner and mode as the instruction says. */
  private CopiedFiles.Change change(Build build, StageState state, Order order)
      throws IOException, InterruptedException {
    Transfer transfer = order.transfer();
    Optional<Owners.Owner> wanted =
        transfer.owner().isPresent()
            ? Optional.of(
                Owners.resolve(
                    transfer.owner().get(), (path, limit) -> files.read(build, state, path, limit)))
            : Optional.empty();
    return new CopiedFiles.Change() {
      @Override
      public FileNode of(FileNode node, boolean unpacked) {
        FileNode owned = owned(node, order.keepsOwners() || unpacked);
        return transfer
            .mode()
            .filter(_ -> owned.kind() != FileNode.Kind.SYMLINK)
            .map(mode -> owned.withMode(FileModes.apply(mode, owned.mode(), owned.isDirectory())))
            .orElse(owned);
      }

      @Override
      public FileNode ofMade(FileNode directory) {
        return owned(directory, false);
      }

      private FileNode owned(FileNode node, boolean kept) {
        Owners.Owner owner =
            wanted.orElse(kept ? new Owners.Owner(node.uid(), node.gid()) : Owners.Owner.ROOT);
        return node.ownedBy(owner.uid(), owner.gid());
      }
    };
  }
}
