package dev.varve.eventlog.assembly;

import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stands in the log for another throwable whose words may be anybody's. */
final class PlainThrowable extends Throwable {
  private static final long serialVersionUID = 1;

  private final String text;
  private @Nullable Throwable because;

  private PlainThrowable(Throwable original) {
    this.text = OneLine.escape(String.valueOf(original));
    setStackTrace(original.getStackTrace());
  }

  static PlainThrowable of(Throwable original) {
    return of(original, new IdentityHashMap<>());
  }

  /** Each once: a throwable may be its own cause by a roundabout way. */
  private static PlainThrowable of(Throwable original, Map<Throwable, PlainThrowable> known) {
    PlainThrowable present = known.get(original);
    if (present != null) {
      return present;
    }
    PlainThrowable plain = new PlainThrowable(original);
    known.put(original, plain);
    Throwable cause = original.getCause();
    if (cause != null) {
      plain.because = of(cause, known);
    }
    for (Throwable suppressed : original.getSuppressed()) {
      plain.addSuppressed(of(suppressed, known));
    }
    return plain;
  }

  @Override
  public synchronized @Nullable Throwable getCause() {
    return because;
  }

  @Override
  public String toString() {
    return text;
  }
}
