package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The rules for names of containers, and names for those whose maker gave none. */
public final class ContainerName {
  private static final String ALLOWED = "[a-zA-Z0-9][a-zA-Z0-9_.-]";

  /** Longer ones would not even fit into a name of a host; Docker sets no bound. */
  private static final int LONGEST = 255;

  private static final Pattern VALID = Pattern.compile(ALLOWED + "+");

  private static final String[] ADJECTIVES =
      """
      able agile airy alert amber ample apt azure balmy bold brave breezy brief bright brisk calm
      candid careful clear clever coastal cosy crisp curious daring deft eager early earnest easy
      fair fervent fine firm fond frank fresh gentle glad golden graceful grand green hardy hearty
      humble keen kind lasting lively lucid mellow merry mild modest neat nimble noble patient placid
      plain polite proud quick quiet rapid ready rooted serene sharp silent silver simple sleek
      smooth snug sober solid steady stout sunny swift tidy tranquil true vivid warm wise witty
      """
          .trim()
          .split("\\s+");

  private static final String[] SURNAMES =
      """
      agassiz agricola anning arduino bascom berzelius boltwood bowen brongniart buckland cuvier dana
      darwin degeer desmarest eskola evans forbes geikie gilbert goldschmidt hall harker hess holmes
      humboldt hutton joly kelvin lapworth lehmann logan lomonosov lyell mantell matuyama
      milankovitch mohorovicic mohs murchison nansen oldham palissy patterson playfair powell
      richter scheuchzer sedgwick smith sorby steno suess teichert tharp vine walther wegener werner
      wilson zittel
      """
          .trim()
          .split("\\s+");

  private ContainerName() {}

  /** Without the leading slash that Docker's clients may put before a name. */
  public static String bare(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }

  public static Optional<Problem> refusal(String name) {
    return name.length() <= LONGEST && VALID.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(
            Refusals.invalid(
                "Invalid container name (" + name + "), only " + ALLOWED + " are allowed"));
  }

  /**
   * @param attempt from 0; later ones carry a digit, because the bare pairs run out
   */
  public static String generate(RandomGenerator random, int attempt) {
    String pair =
        ADJECTIVES[random.nextInt(ADJECTIVES.length)]
            + "_"
            + SURNAMES[random.nextInt(SURNAMES.length)];
    return attempt == 0 ? pair : pair + random.nextInt(10);
  }
}
