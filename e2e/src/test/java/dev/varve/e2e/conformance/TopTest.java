package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** {@code docker top}: rows of the host's ps. */
final class TopTest extends Conformance {
  private Reply top(String container, String arguments) {
    return wire.get(
        "/containers/"
            + container
            + "/top?ps_args="
            + URLEncoder.encode(arguments, StandardCharsets.UTF_8));
  }

  @Test
  void theContainersProcesses() {
    String name = sleeper();
    JsonNode all = wire.get("/containers/" + name + "/top").json();
    assertThat(all.get("Titles").toString())
        .isEqualTo("[\"UID\",\"PID\",\"PPID\",\"C\",\"STIME\",\"TTY\",\"TIME\",\"CMD\"]");
    assertThat(all.get("Processes")).hasSize(1);
    assertThat(all.at("/Processes/0/7").asText()).isEqualTo("sleep 1000");
    String pid = inspect(name).at("/State/Pid").asText();
    assertThat(all.at("/Processes/0/1").asText()).isEqualTo(pid);
    assertThat(top(name, "-o comm,pid").json().get("Processes").toString())
        .isEqualTo("[[\"sleep\",\"" + pid + "\"]]");
    assertThat(top(name, "aux").json().at("/Titles/0").asText()).isEqualTo("USER");
    assertThat(top(name, "-m -o pid,comm").json().get("Processes").toString())
        .isEqualTo("[[\"" + pid + "\",\"sleep\"],[\"-\",\"-\"]]");
    assertThat(docker.ok("top", name, "-o", "pid,args").lines().toList()).hasSize(2);
  }

  @Test
  void refusals() {
    String name = sleeper();
    refused(top(name, "-o comm"), 500, "Couldn't find PID field in ps output");
    refused(top(name, "-o pid=X"), 500, "Couldn't find PID field in ps output");
    refused(top(name, "-bogus"), 500, "ps: error: unsupported SysV option");
    refused(top(name, "-o uid=PID,args"), 500, "specifying \"uid=PID,args\" is not allowed");
    refused(top(name, "-ef; id"), 500, "ps: error:");
    refused(top(created("true"), ""), 409, "is not running");
  }

  private static void refused(Reply reply, int status, String message) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.message()).contains(message);
  }
}
