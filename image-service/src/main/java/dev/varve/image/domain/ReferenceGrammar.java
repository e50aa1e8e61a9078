package dev.varve.image.domain;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Docker's grammar of references. Every pattern is possessive or unambiguous, so that no text takes
 * more than linear time.
 */
final class ReferenceGrammar {
  private static final int MAX_PATH = 255;
  private static final int MAX_TEXT = 4096;
  private static final String LEGACY_DOMAIN = "index.docker.io";

  private static final Pattern IDENTIFIER = Pattern.compile("[a-f0-9]{64}");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
              + "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*+|\\[[a-fA-F0-9:]++])(?::[0-9]++)?");
  private static final Pattern COMPONENT =
      Pattern.compile("[a-z0-9]++(?:(?:\\.|__|_|-++)[a-z0-9]++)*+");
  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");
  private static final Pattern DIGEST =
      Pattern.compile("([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*+):([0-9a-fA-F]{32,})");

  private ReferenceGrammar() {}

  static boolean isIdentifier(String text) {
    return IDENTIFIER.matcher(text).matches();
  }

  static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  static Reference parse(String text) {
    if (isIdentifier(text)) {
      throw new ReferenceFormatException(
          "invalid repository name (" + text + "), cannot specify 64-byte hexadecimal strings");
    }
    if (text.length() > MAX_TEXT) {
      throw new ReferenceFormatException("repository name must not be more than 255 characters");
    }
    int slash = text.indexOf('/');
    String first = slash < 0 ? "" : text.substring(0, slash);
    String domain = Reference.DEFAULT_DOMAIN;
    String rest = text;
    if (first.equals(LEGACY_DOMAIN) || first.equals(Reference.DEFAULT_DOMAIN)) {
      rest = text.substring(slash + 1);
    } else if (looksLikeDomain(first)) {
      domain = first;
      rest = text.substring(slash + 1);
    }
    if (domain.equals(Reference.DEFAULT_DOMAIN) && rest.indexOf('/') < 0) {
      rest = Reference.LIBRARY + rest;
    }
    refuseUpperCase(rest);
    return split(domain, rest);
  }

  private static boolean looksLikeDomain(String first) {
    return first.equals("localhost")
        || first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || !first.equals(first.toLowerCase(Locale.ROOT));
  }

  private static void refuseUpperCase(String rest) {
    int colon = rest.indexOf(':');
    String remote = colon < 0 ? rest : rest.substring(0, colon);
    if (!remote.equals(remote.toLowerCase(Locale.ROOT))) {
      throw new ReferenceFormatException(
          "invalid reference format: repository name (" + remote + ") must be lowercase");
    }
  }

  private static Reference split(String domain, String rest) {
    String name = rest;
    Optional<Digest> digest = Optional.empty();
    int at = name.indexOf('@');
    if (at >= 0) {
      digest = Optional.of(digest(name.substring(at + 1)));
      name = name.substring(0, at);
    }
    Optional<String> tag = Optional.empty();
    int colon = name.indexOf(':');
    if (colon >= 0) {
      tag = Optional.of(name.substring(colon + 1));
      name = name.substring(0, colon);
    }
    if (!DOMAIN.matcher(domain).matches()
        || !isPath(name)
        || (tag.isPresent() && !isTag(tag.get()))) {
      throw new ReferenceFormatException("invalid reference format");
    }
    if (name.length() > MAX_PATH) {
      throw new ReferenceFormatException("repository name must not be more than 255 characters");
    }
    return new Reference(domain, name, tag, digest);
  }

  private static boolean isPath(String name) {
    for (String component : name.split("/", -1)) {
      if (!COMPONENT.matcher(component).matches()) {
        return false;
      }
    }
    return true;
  }

  private static Digest digest(String text) {
    Matcher matcher = DIGEST.matcher(text);
    if (!matcher.matches()) {
      throw new ReferenceFormatException("invalid reference format");
    }
    if (!matcher.group(1).equals("sha256")) {
      throw new ReferenceFormatException("unsupported digest algorithm");
    }
    if (matcher.group(2).length() != 64) {
      throw new ReferenceFormatException("invalid checksum digest length");
    }
    if (!Digest.isDigest(text)) {
      throw new ReferenceFormatException("invalid checksum digest format");
    }
    return new Digest(text);
  }
}
