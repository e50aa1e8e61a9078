package dev.varve.image.adapter.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a {@code WWW-Authenticate} header asks for. Parameters have lower-case names. */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final int LONGEST = 8192;
  private static final String TOKEN = "[\\w!#$%&'*+.^`|~-]++";
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\s*+(" + TOKEN + ")\\s*+=\\s*+(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,]*+))\\s*+,?+");
  private static final Pattern SCHEME = Pattern.compile("\\s*+,?\\s*+(" + TOKEN + ")(?=\\s|$)");

  /** Those that can be read; a header may hold several. */
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> challenges = new ArrayList<>();
    for (String header : headers) {
      if (header.length() <= LONGEST) {
        parse(header, challenges);
      }
    }
    return challenges;
  }

  private static void parse(String header, List<Challenge> challenges) {
    Matcher scheme = SCHEME.matcher(header);
    int at = 0;
    while (scheme.region(at, header.length()).lookingAt()) {
      at = scheme.end();
      Map<String, String> parameters = new LinkedHashMap<>();
      Matcher parameter = PARAMETER.matcher(header);
      while (parameter.region(at, header.length()).lookingAt()) {
        String quoted = parameter.group(2);
        String value = quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1");
        parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value);
        at = parameter.end();
      }
      challenges.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters));
    }
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }
}
