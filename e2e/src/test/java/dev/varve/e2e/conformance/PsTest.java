package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * {@code docker ps} over four containers: one created, one running, one that ended well and one
 * that did not. A label of the test's own keeps others out of sight.
 */
final class PsTest extends Conformance {
  private String group = "";
  private String created = "";
  private String running = "";
  private String good = "";
  private String bad = "";

  @BeforeEach
  void fourContainers() {
    created = name();
    group = "group=" + created;
    running = name();
    good = name();
    bad = name();
    docker.ok("create", "--name", created, "-l", group, "-l", "kind=idle", IMAGE, "true");
    docker.ok(
        "run", "-d", "--name", running, "-l", group, "-l", "kind=busy", IMAGE, "sleep", "1000");
    docker.ok("run", "--name", good, "-l", group, IMAGE, "true");
    docker.run("run", "--name", bad, "-l", group, IMAGE, "sh", "-c", "exit 3");
  }

  @Test
  void onlyTheRunningAreShownUnlessAllAreWanted() {
    assertThat(names()).containsExactly(running);
    assertThat(names("-a")).as("newest first").containsExactly(bad, good, running, created);
  }

  @Test
  void limitAndLastMeanAllStates() {
    assertThat(docker.ok("ps", "-n", "2", "--format", "{{.Names}}").lines())
        .containsExactly(bad, good);
    assertThat(docker.ok("ps", "-l", "--format", "{{.Names}}")).isEqualTo(bad);
  }

  /**
   * Filter and expectation: {@code c} created, {@code r} running, {@code g} ended with 0, {@code b}
   * ended with 3.
   */
  @TestFactory
  Stream<DynamicTest> filters() {
    return Stream.of(
            "status=created,c",
            "status=running,r",
            "status=exited,bg",
            "status=paused,",
            "status=dead,",
            "status=restarting,",
            "exited=3,b",
            "exited=9,",
            "label=kind,rc",
            "label=kind=busy,r",
            "label=kind=none,",
            "name=$r,r",
            "name=^/$r$,r",
            "name=^$r$,r",
            "name=zz$r,",
            "before=$g,rc",
            "since=$r,bg",
            "ancestor=$i,bgrc",
            "ancestor=nosuch,",
            "id=$id,r",
            "network=bridge,bgrc",
            "network=none,",
            "health=none,bgrc",
            "is-task=false,bgrc",
            "is-task=true,")
        .map(row -> row.split(",", -1))
        .map(row ->
            DynamicTest.dynamicTest(
                row[0],
                () ->
                    assertThat(names("-a", "--filter", filled(row[0])))
                        .containsExactlyElementsOf(row[1].chars().mapToObj(this::named).toList())));
  }

  private String filled(String filter) {
    return filter
        .replace("$id", idOf(running).substring(0, 12))
        .replace("$r", running)
        .replace("$g", good)
        .replace("$i", IMAGE);
  }

  @Test
  void whatWasMadeFromAnAncestorDescendsFromIt() {
    String child = reference("1");
    docker.ok("commit", running, child);
    String descendant = name();
    docker.ok("create", "--name", descendant, "-l", group, child, "true");
    assertThat(names("-a", "--filter", "ancestor=" + child)).containsExactly(descendant);
    assertThat(names("-a", "--filter", "ancestor=" + IMAGE))
        .containsExactly(descendant, bad, good, running, created);
  }

  @Test
  void patternsThatExplodeAreAnsweredAtOnce() {
    for (String bomb : List.of("(a*)*$", "(x{0,1000}){0,1000}", "(", "[")) {
      assertThat(names("-a", "--filter", "name=" + bomb)).isIn(List.of(), names("-a"));
    }
  }

  /** 20.10 counts what never ran among those that ended with 0; newer engines do not. */
  @Test
  void theExitCodeNoughtMeansThatItEnded() {
    assertThat(names("-a", "--filter", "exited=0")).contains(good).doesNotContain(bad, running);
  }

  @Test
  void valuesOfOneKeyAreAlternativesAndKeysMustAllHold() {
    assertThat(names("-a", "--filter", "status=created", "--filter", "status=running"))
        .containsExactly(running, created);
    assertThat(names("-a", "--filter", "status=exited", "--filter", "exited=3"))
        .containsExactly(bad);
    assertThat(names("-a", "--filter", "label=kind", "--filter", "label=kind=busy"))
        .containsExactly(running);
    assertThat(names("--filter", "status=exited"))
        .as("a status implies all")
        .containsExactly(bad, good);
  }

  @Test
  void filtersMayBeListsOrMaps() {
    for (String filters : List.of("{\"label\":[\"%s\"]}", "{\"label\":{\"%s\":true}}")) {
      JsonNode list = list("filters=" + encode(filters.formatted(group)));
      assertThat(list.findValuesAsText("Id")).containsExactly(idOf(running));
    }
  }

  @Test
  void formats() {
    String id = idOf(running);
    assertThat(
            rows(
                "{{.ID}} {{.Image}} {{.Command}} {{.State}} {{.Names}} {{.Networks}} {{.LocalVolumes}}"))
        .containsExactly(
            id.substring(0, 12) + " " + IMAGE + " \"sleep 1000\" running " + running + " bridge 0");
    assertThat(rows("{{.Status}}").getFirst()).startsWith("Up ");
    assertThat(rows("{{.Label \"kind\"}}|{{.Ports}}|{{.Mounts}}")).containsExactly("busy||");
    assertThat(docker.ok("ps", "-q", "--filter", "label=" + group)).isEqualTo(id.substring(0, 12));
    assertThat(docker.ok("ps", "-q", "--no-trunc", "--filter", "label=" + group)).isEqualTo(id);
    assertThat(
            Reply.parse(docker.ok("ps", "--format", "json", "--filter", "label=" + group))
                .get("Names")
                .asText())
        .isEqualTo(running);
  }

  @Test
  void theTableHasTheKnownColumns() {
    assertThat(docker.ok("ps", "--filter", "label=" + group).lines().findFirst().orElseThrow())
        .matches("CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES");
    assertThat(
            docker
                .ok("ps", "-s", "--filter", "label=" + group)
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow())
        .containsPattern("\\dk?B \\(virtual \\d");
  }

  @Test
  void statusTellsTheStateInWords() {
    JsonNode all = list("all=1&filters=" + encode("{\"label\":[\"" + group + "\"]}"));
    assertThat(all.findValuesAsText("State"))
        .containsExactly("exited", "exited", "running", "created");
    assertThat(all.get(0).get("Status").asText()).matches("Exited \\(3\\) .* ago");
    assertThat(all.get(1).get("Status").asText()).matches("Exited \\(0\\) .* ago");
    assertThat(all.get(2).get("Status").asText()).startsWith("Up ");
    assertThat(all.get(3).get("Status").asText()).isEqualTo("Created");
  }

  @Test
  void anItemHasTheseFieldsAndTypes() {
    JsonNode item = list("filters=" + encode("{\"label\":[\"" + group + "\"]}")).get(0);
    Shape.check("container-list-shape.table", item);
    Set<String> allowed =
        new TreeSet<>(List.of("ImageManifestDescriptor", "Health", "SizeRw", "SizeRootFs"));
    allowed.addAll(Shape.topLevel("container-list-shape.table"));
    assertThat(item.fieldNames()).toIterable().isSubsetOf(allowed);
    assertThat(item.get("Names").toString()).isEqualTo("[\"/" + running + "\"]");
    assertThat(item.get("Image").asText()).isEqualTo(IMAGE);
    assertThat(item.get("Command").asText()).isEqualTo("sleep 1000");
    assertThat(item.get("ImageID").asText()).isEqualTo(inspect(running).get("Image").asText());
  }

  @Test
  void sizesAppearOnlyWhenAsked() {
    JsonNode sized = list("size=1&filters=" + encode("{\"label\":[\"" + group + "\"]}")).get(0);
    assertThat(sized.get("SizeRootFs").asLong()).isPositive();
    assertThat(
            list("filters=" + encode("{\"label\":[\"" + group + "\"]}")).get(0).has("SizeRootFs"))
        .isFalse();
  }

  @Test
  void nothingIsAnEmptyList() {
    assertThat(
            wire.get("/containers/json?filters=" + encode("{\"label\":[\"nobody-has-this\"]}"))
                .text())
        .isEqualTo("[]\n");
  }

  private List<String> names(String... flags) {
    String[] command = new String[flags.length + 5];
    command[0] = "ps";
    System.arraycopy(flags, 0, command, 1, flags.length);
    System.arraycopy(
        new String[] {"--filter", "label=" + group, "--format", "{{.Names}}"},
        0,
        command,
        flags.length + 1,
        4);
    return docker.ok(command).lines().toList();
  }

  private List<String> rows(String format) {
    return docker.ok("ps", "--filter", "label=" + group, "--format", format).lines().toList();
  }

  private JsonNode list(String query) {
    Reply reply = wire.get("/containers/json?" + query);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  private String named(int letter) {
    return switch (letter) {
      case 'c' -> created;
      case 'r' -> running;
      case 'g' -> good;
      default -> bad;
    };
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
