package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a container's output is kept: its log driver and the options of it. {@code json-file}
 * and {@code local} differ in nothing but their defaults here, for both keep the monitor's files.
 *
 * <p>Where Docker's {@code json-file} keeps everything unless told otherwise, which fills disks,
 * Varve keeps five files of 100 MB.
 *
 * @param kept whether output is kept at all
 * @param maxSize bytes of one file; at about so many the next one begins
 * @param maxFiles with the one that is being written
 * @param compress files that are not written any more
 */
public record LogPolicy(boolean kept, long maxSize, int maxFiles, boolean compress) {
  private static final String NONE = "none";
  private static final String LOCAL = "local";
  private static final String JSON_FILE = "json-file";
  private static final Set<String> DRIVERS = Set.of(JSON_FILE, LOCAL, NONE);
  private static final Set<String> OPTIONS =
      Set.of(
          "max-file", "max-size", "compress", "labels", "labels-regex", "env", "env-regex", "tag");
  private static final Set<String> MODES = Set.of("", "blocking", "non-blocking");

  private static final long JSON_FILE_SIZE = 100_000_000;
  private static final long LOCAL_SIZE = 20L << 20;
  private static final int FILES = 5;

  /** What Docker's units library reads: a number, and perhaps a unit, in powers of 1000. */
  private static final Pattern HUMAN_SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?) ?([kKmMgGtTpP]?)[iI]?[bB]?");

  private static final String UNITS = "kmgtp";

  /** Of a container that says nothing. */
  public static final LogPolicy DEFAULT = new LogPolicy(true, JSON_FILE_SIZE, FILES, false);

  public static boolean isReadable(LogConfig log) {
    return !log.driver().equals(NONE);
  }

  /**
   * What Docker refuses at a container's creation: names that it does not know. Values are looked
   * at when the container starts, as there.
   *
   * @throws dev.varve.eventlog.ProblemException in Docker's words
   */
  static void check(LogConfig log) {
    String driver = log.driver();
    Map<String, String> options = log.options();
    if (driver.equals(NONE)) {
      return;
    }
    String mode = options.getOrDefault("mode", "");
    if (!MODES.contains(mode)) {
      throw invalid("logger: logging mode not supported: " + mode);
    }
    String buffer = options.get("max-buffer-size");
    if (buffer != null) {
      if (!mode.equals("non-blocking")) {
        throw invalid("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
      }
      if (!HUMAN_SIZE.matcher(buffer).matches()) {
        throw invalid("error parsing option max-buffer-size: invalid size: '" + buffer + "'");
      }
    }
    if (!driver.isEmpty() && !DRIVERS.contains(driver)) {
      throw invalid("logger: no log driver named '" + driver + "' is registered");
    }
    for (String name : options.keySet()) {
      if (!OPTIONS.contains(name) && !name.equals("mode") && !name.equals("max-buffer-size")) {
        throw invalid(
            driver.equals(LOCAL)
                ? "unknown log opt '" + name + "' for log driver local"
                : "unknown log opt '" + name + "' for json-file log driver");
      }
    }
  }

  /**
   * @throws dev.varve.eventlog.ProblemException in Docker's words, when a value makes no sense
   */
  public static LogPolicy of(LogConfig log) {
    Map<String, String> options = log.options();
    return switch (log.driver()) {
      case NONE -> new LogPolicy(false, 0, 0, false);
      case LOCAL -> local(options);
      default -> jsonFile(options);
    };
  }

  private static LogPolicy jsonFile(Map<String, String> options) {
    String size = options.get("max-size");
    long maxSize = size == null ? JSON_FILE_SIZE : bytes(size, "");
    if (maxSize <= 0) {
      throw failed("max-size must be a positive number");
    }
    String files = options.get("max-file");
    // One file only is what Docker takes a size without a number of files for.
    int maxFiles = files == null ? size == null ? FILES : 1 : number(files, "");
    if (maxFiles < 1) {
      throw failed("max-file cannot be less than 1");
    }
    boolean compress = isTrue(options.getOrDefault("compress", "false"), "");
    if (compress && (maxFiles == 1 || size == null)) {
      throw failed("compress cannot be true when max-file is less than 2 or max-size is not set");
    }
    return new LogPolicy(true, maxSize, maxFiles, compress);
  }

  private static LogPolicy local(Map<String, String> options) {
    String size = options.get("max-size");
    long maxSize =
        size == null ? LOCAL_SIZE : bytes(size, "invalid value for max-size: " + size + ": ");
    String files = options.get("max-file");
    int maxFiles =
        files == null ? FILES : number(files, "invalid value for max-file: " + files + ": ");
    if (maxFiles < 0) {
      throw failed("max-file must not be negative");
    }
    boolean compress =
        isTrue(options.getOrDefault("compress", "true"), "invalid boolean value for compress: ");
    if (compress && maxFiles <= 1) {
      throw failed("compression cannot be enabled when max file count is 1");
    }
    return new LogPolicy(true, maxSize, Math.max(1, maxFiles), compress);
  }

  private static long bytes(String text, String introduction) {
    Matcher matcher = HUMAN_SIZE.matcher(text);
    if (!matcher.matches()) {
      throw failed(introduction + "invalid size: '" + text + "'");
    }
    String unit = matcher.group(2).toLowerCase(Locale.ROOT);
    double factor = unit.isEmpty() ? 1 : Math.pow(1000, UNITS.indexOf(unit) + 1);
    return (long) (Double.parseDouble(matcher.group(1)) * factor);
  }

  private static int number(String text, String introduction) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw failed(introduction + "strconv.Atoi: parsing \"" + text + "\": invalid syntax");
    }
  }

  private static boolean isTrue(String text, String introduction) {
    return switch (text) {
      case "1", "t", "T", "TRUE", "true", "True" -> true;
      case "0", "f", "F", "FALSE", "false", "False" -> false;
      default ->
          throw failed(
              introduction + "strconv.ParseBool: parsing \"" + text + "\": invalid syntax");
    };
  }

  private static RuntimeException invalid(String message) {
    return new Problem(Problem.Code.INVALID, message).asException();
  }

  private static RuntimeException failed(String message) {
    return new Problem(Problem.Code.INVALID, "failed to initialize logging driver: " + message)
        .asException();
  }
}
