package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A command in a pseudo-terminal, as a person at a screen has it: {@link #type} types, {@link
 * #expect} waits for what appears. The terminal has 30 rows and 100 columns at first.
 */
final class Terminal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final StringBuffer screen = new StringBuffer();
  private final String device;
  private int seen;

  Terminal(Map<String, String> environment, List<String> command) {
    String line =
        command.stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .reduce("", (left, right) -> left + " " + right);
    // script(1) owns the terminal's other side; the shell in it first says which terminal it is.
    ProcessBuilder builder =
        new ProcessBuilder(
            "script",
            "--quiet",
            "--flush",
            "--return",
            "--command",
            "stty rows 30 cols 100; echo tty=$(tty); exec" + line,
            "/dev/null");
    builder.environment().putAll(environment);
    builder.environment().put("SHELL", "/bin/sh");
    builder.environment().put("TERM", "dumb");
    builder.redirectErrorStream(true);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new AssertionError("cannot run script(1)", e);
    }
    InputStream output = process.getInputStream();
    Thread.ofVirtual().start(() -> read(output));
    device = expect("tty=(\\S+)\\r?\\n").group(1);
  }

  /** Waits until text that matches appears behind what was matched before. */
  Matcher expect(String regex) {
    Pattern pattern = Pattern.compile(regex);
    try {
      Awaitility.await().atMost(PATIENCE).until(() -> matcher(pattern).find());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not seen: " + regex + "; the terminal shows:\n" + screen, e);
    }
    // The screen only grows: what was found is found again.
    Matcher matcher = matcher(pattern);
    assertThat(matcher.find()).isTrue();
    seen = matcher.end();
    return matcher;
  }

  private Matcher matcher(Pattern pattern) {
    String text = screen.toString();
    return pattern.matcher(text).region(seen, text.length());
  }

  /** Whether that text has appeared at any time. */
  boolean shows(String text) {
    return screen.indexOf(text) >= 0;
  }

  void type(String keys) {
    try {
      OutputStream input = process.getOutputStream();
      input.write(keys.getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      throw new AssertionError("the terminal is closed; it shows:\n" + screen, e);
    }
  }

  void resize(int rows, int columns) {
    Shell.run(
            Map.of(),
            "",
            List.of(
                "stty",
                "-F",
                device,
                "rows",
                String.valueOf(rows),
                "cols",
                String.valueOf(columns)))
        .ok();
  }

  /** The command's exit code, once it has ended. */
  int exit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("does not end; the terminal shows:\n" + screen);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private void read(InputStream output) {
    byte[] buffer = new byte[8192];
    try (output) {
      for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
        screen.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }
}
