package dev.varve.image.application;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;

/**
 * Refusals of the engine's registry: the text begins with the distribution specification's error
 * code, by which the gateway answers.
 */
final class HostingProblem {
  private HostingProblem() {}

  static ProblemException blobUnknown() {
    return of(Problem.Code.NOT_FOUND, "BLOB_UNKNOWN", "blob unknown to registry");
  }

  static ProblemException uploadUnknown() {
    return of(Problem.Code.NOT_FOUND, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
  }

  static ProblemException uploadInvalid(String why) {
    return of(Problem.Code.INVALID, "BLOB_UPLOAD_INVALID", why);
  }

  static ProblemException digestInvalid(String why) {
    return of(Problem.Code.INVALID, "DIGEST_INVALID", why);
  }

  static ProblemException manifestBlobUnknown(String what) {
    return of(
        Problem.Code.NOT_FOUND,
        "MANIFEST_BLOB_UNKNOWN",
        "manifest references a manifest or blob unknown to registry: " + what);
  }

  static ProblemException manifestInvalid(String why) {
    return of(Problem.Code.INVALID, "MANIFEST_INVALID", why);
  }

  static ProblemException manifestUnknown() {
    return of(Problem.Code.NOT_FOUND, "MANIFEST_UNKNOWN", "manifest unknown to registry");
  }

  static ProblemException nameInvalid(String why) {
    return of(Problem.Code.INVALID, "NAME_INVALID", why);
  }

  static ProblemException nameUnknown() {
    return of(Problem.Code.NOT_FOUND, "NAME_UNKNOWN", "repository name not known to registry");
  }

  static ProblemException sizeInvalid(String why) {
    return of(Problem.Code.INVALID, "SIZE_INVALID", why);
  }

  static ProblemException rangeInvalid(String why) {
    return of(Problem.Code.CONFLICT, "RANGE_INVALID", why);
  }

  static ProblemException unsupported(String why) {
    return of(Problem.Code.CONFLICT, "UNSUPPORTED", why);
  }

  static ProblemException tooMany(String why) {
    return of(Problem.Code.UNAVAILABLE, "TOOMANYREQUESTS", why);
  }

  private static ProblemException of(Problem.Code code, String spec, String text) {
    return new Problem(code, spec + " " + text).asException();
  }
}
