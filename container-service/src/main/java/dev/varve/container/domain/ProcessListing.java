package dev.varve.container.domain;

import dev.varve.eventlog.ProblemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rows of the host's ps that belong to a container. */
public record ProcessListing(List<String> titles, List<List<String>> processes) {

  /** A column, and the title it shall have. */
  private static final Pattern PID_TITLE = Pattern.compile("\\s+(\\S*)=\\s*(PID\\S*)");

  /**
   * Rows are chosen by the column of that title, which must not be another.
   *
   * @param arguments of ps
   * @throws ProblemException when they give some other column the title of the pids
   */
  public static void requireHonest(String arguments) {
    Matcher titles = PID_TITLE.matcher(arguments);
    while (titles.find()) {
      if (!titles.group(1).equals("pid")) {
        throw Refusals.fault(
                "specifying \"%s=%s\" is not allowed".formatted(titles.group(1), titles.group(2)))
            .asException();
      }
    }
  }

  /**
   * @param output of ps, with its line of titles
   * @param pids of the container
   * @throws ProblemException when there is no column of pids to choose by
   */
  public static ProcessListing parse(String output, Set<Integer> pids) {
    List<String> lines = output.lines().toList();
    List<String> titles = lines.isEmpty() ? List.of() : fields(lines.getFirst(), 0);
    int pidColumn = titles.indexOf("PID");
    if (pidColumn < 0) {
      throw Refusals.fault("Couldn't find PID field in ps output").asException();
    }
    List<List<String>> processes = new ArrayList<>();
    boolean ofLast = false;
    for (String line : lines.subList(1, lines.size())) {
      List<String> row = fields(line, titles.size());
      if (row.size() <= pidColumn) {
        continue;
      }
      String pid = row.get(pidColumn);
      // A dash stands for the pid in rows of further threads: they belong to the row before.
      ofLast = pid.equals("-") ? ofLast : isOneOf(pid, pids);
      if (ofLast) {
        processes.add(row);
      }
    }
    return new ProcessListing(titles, processes);
  }

  private static boolean isOneOf(String pid, Set<Integer> pids) {
    return pid.chars().allMatch(Character::isDigit)
        && pid.length() < 10
        && pids.contains(Integer.parseInt(pid));
  }

  /** The last column keeps its spaces as single ones. */
  private static List<String> fields(String line, int columns) {
    String[] words = line.strip().split("\\s+");
    if (columns == 0 || words.length <= columns) {
      return List.of(words);
    }
    List<String> row = new ArrayList<>(Arrays.asList(words).subList(0, columns - 1));
    row.add(String.join(" ", Arrays.asList(words).subList(columns - 1, words.length)));
    return row;
  }
}
