package dev.varve.image.application.build;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A git repository as contexts and ADD name it: {@code https://host/path.git#ref:directory}.
 *
 * @param url without the fragment
 * @param ref branch, tag or commit; empty for the repository's own choice
 * @param directory within it that is meant; empty for all
 */
public record GitReference(String url, String ref, String directory) {
  private static final Pattern REPOSITORY =
      Pattern.compile("(?i)(git|ssh)://.*|git@.*|https?://[^#?]*\\.git(#.*)?", Pattern.DOTALL);
  private static final Pattern FETCHED = Pattern.compile("(?i)(git|https?)://.*", Pattern.DOTALL);

  /**
   * What no name of a branch, tag or commit can have, and what git would take for more than one.
   */
  private static final Pattern NO_REF =
      Pattern.compile("[-+/.].*|.*([\\p{Cntrl} ~^:?*\\[\\\\]|\\.\\.|@\\{).*", Pattern.DOTALL);

  /**
   * Of an ADD's source.
   *
   * @return empty when it names no repository
   * @throws ProblemException INVALID when it names one in a way that is refused
   */
  static Optional<GitReference> ofSource(String text) {
    return isSource(text) ? Optional.of(parse(text)) : Optional.empty();
  }

  static boolean isSource(String text) {
    return REPOSITORY.matcher(text).matches();
  }

  /** Of a context, which may leave out the scheme of the best known host. */
  static Optional<GitReference> ofContext(String text) {
    return text.startsWith("github.com/") ? Optional.of(parse("https://" + text)) : ofSource(text);
  }

  /** Without what may be a password. */
  public String shown() {
    return url.replaceFirst("//[^/@]*@", "//");
  }

  private static GitReference parse(String text) {
    String[] parts = text.split("#", 2);
    String[] fragment = (parts.length > 1 ? parts[1] : "").split(":", 2);
    String directory = fragment.length > 1 ? fragment[1] : "";
    GitReference reference = new GitReference(parts[0], fragment[0], directory);
    if (!FETCHED.matcher(reference.url).matches()) {
      // Its keys would be those of the engine's host, lent to whoever builds.
      throw refusal(
          "git repositories are fetched by https, http and git, not by ssh: " + reference.shown());
    }
    if (NO_REF.matcher(reference.ref).matches()) {
      throw refusal("invalid refspec: " + reference.ref);
    }
    if (FileTree.parts(directory).contains("..")) {
      throw refusal("invalid subdirectory of a git repository: " + directory);
    }
    return reference;
  }

  /** Another repository, as a submodule's URL names it from here. */
  GitReference submodule(String written, String commit) {
    if (written.contains("#")) {
      throw refusal("invalid URL of a submodule: " + written);
    }
    if (!written.startsWith("./") && !written.startsWith("../")) {
      return parse(written + "#" + commit);
    }
    String base = url.replaceFirst("/+$", "");
    String rest = written;
    while (rest.startsWith("./") || rest.startsWith("../")) {
      if (rest.startsWith("../")) {
        int slash = base.lastIndexOf('/');
        if (slash <= base.indexOf("://") + 2) {
          throw refusal("invalid URL of a submodule: " + written);
        }
        base = base.substring(0, slash);
      }
      rest = rest.substring(rest.indexOf('/') + 1);
    }
    return parse(base + "/" + rest + "#" + commit);
  }

  private static ProblemException refusal(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }
}
