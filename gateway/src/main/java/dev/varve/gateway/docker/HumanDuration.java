package dev.varve.gateway.docker;

import java.time.Duration;

/** How Docker says a duration to people: {@code 3 seconds}, {@code About an hour}. */
public final class HumanDuration {
  private static final int DAY = 24;
  private static final int WEEK = 7 * DAY;
  private static final int MONTH = 30 * DAY;
  private static final int YEAR = 365 * DAY;

  private HumanDuration() {}

  public static String of(Duration duration) {
    long seconds = duration.isNegative() ? 0 : duration.toSeconds();
    if (seconds < 1) {
      return "Less than a second";
    }
    if (seconds < 60) {
      return seconds == 1 ? "1 second" : seconds + " seconds";
    }
    long minutes = seconds / 60;
    if (minutes < 60) {
      return minutes == 1 ? "About a minute" : minutes + " minutes";
    }
    // Hours are rounded to the nearest, all larger units are cut.
    long hours = (seconds + 1800) / 3600;
    if (hours < 2 * DAY) {
      return hours == 1 ? "About an hour" : hours + " hours";
    }
    if (hours < 2 * WEEK) {
      return hours / DAY + " days";
    }
    if (hours < 2 * MONTH) {
      return hours / WEEK + " weeks";
    }
    return hours < 2 * YEAR ? hours / MONTH + " months" : seconds / 3600 / YEAR + " years";
  }
}
