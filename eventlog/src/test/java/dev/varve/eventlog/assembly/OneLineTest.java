package dev.varve.eventlog.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;

class OneLineTest {
  private static final String FORGED = "\n2026-01-01 00:00:00.000 ERROR [x] (y) forged";
  private final PatternFormatter formatter = new PatternFormatter("%p %s%e%n");

  private String logged(ExtLogRecord record) {
    assertThat(new OneLine().isLoggable(record)).isTrue();
    return formatter.format(record);
  }

  @Test
  void aMessageIsOneLine() {
    ExtLogRecord record =
        new ExtLogRecord(Level.INFO, "exec of %s: \u001b[31m%d\r", FormatStyle.PRINTF, "test");
    record.setParameters(new Object[] {"a\tb" + FORGED, 7});
    assertThat(logged(record))
        .isEqualTo(
            "INFO exec of a\tb\\u000a2026-01-01 00:00:00.000 ERROR [x] (y) forged:"
                + " \\u001b[31m7\\u000d\n");
  }

  @Test
  void whatIsPlainStaysAsItIs() {
    ExtLogRecord record = new ExtLogRecord(Level.INFO, "100 %s é 漢", FormatStyle.NO_FORMAT, "test");
    assertThat(logged(record)).isEqualTo("INFO 100 %s é 漢\n");
  }

  @Test
  void exceptionsSayNothingAtTheBeginningOfALine() {
    IOException cause = new IOException("cause" + FORGED);
    IllegalStateException thrown = new IllegalStateException("thrown" + FORGED, cause);
    cause.addSuppressed(new IOException("suppressed" + FORGED));
    cause.initCause(new IOException("deep" + FORGED, thrown));
    ExtLogRecord record = new ExtLogRecord(Level.ERROR, "failed", FormatStyle.NO_FORMAT, "test");
    record.setThrown(thrown);
    String text = logged(record);
    assertThat(text)
        .contains("thrown\\u000a", "cause\\u000a", "suppressed\\u000a", "deep\\u000a")
        .contains("at " + OneLineTest.class.getName())
        .contains("java.lang.IllegalStateException", "Caused by: java.io.IOException");
    assertThat(text.lines()).noneMatch(line -> line.startsWith("2026"));
  }
}
