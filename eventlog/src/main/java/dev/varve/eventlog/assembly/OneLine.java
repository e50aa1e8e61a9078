package dev.varve.eventlog.assembly;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;

/**
 * Keeps what others say from looking like what the engine says. Names, paths, arguments and the
 * words of other programs come into messages and exceptions from everywhere; here, in front of the
 * handler, the control characters among them are escaped, so that a line of the log that begins
 * like a record is one. For all handlers that name it as their filter.
 */
@LoggingFilter(name = "one-line")
public final class OneLine implements Filter {

  /** Lets every record pass. */
  @Override
  public boolean isLoggable(LogRecord record) {
    if (record instanceof ExtLogRecord extended) {
      String message = extended.getFormattedMessage();
      if (message != null && !isPlain(message)) {
        extended.setMessage(escape(message), FormatStyle.NO_FORMAT);
      }
    }
    Throwable thrown = record.getThrown();
    if (thrown != null && !(thrown instanceof PlainThrowable)) {
      record.setThrown(PlainThrowable.of(thrown));
    }
    return true;
  }

  private static boolean isPlain(String text) {
    return text.codePoints().noneMatch(OneLine::isControl);
  }

  static String escape(String text) {
    if (isPlain(text)) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          if (isControl(c)) {
            plain.append(String.format(c < 0x10000 ? "\\u%04x" : "\\u{%x}", c));
          } else {
            plain.appendCodePoint(c);
          }
        });
    return plain.toString();
  }

  /** Also what changes the direction of a terminal's text, or begins a line in some programs. */
  private static boolean isControl(int c) {
    return Character.isISOControl(c) && c != '\t'
        || Character.getType(c) == Character.FORMAT
        || c == 0x2028
        || c == 0x2029;
  }
}
