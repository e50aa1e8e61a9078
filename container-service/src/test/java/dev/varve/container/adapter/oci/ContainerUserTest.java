package dev.varve.container.adapter.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.eventlog.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerUserTest {
  private static final String PASSWD =
      "root:x:0:0:root:/root:/bin/sh\n# comment\nbroken:x\nbig:x:4294967296:0::/:\n"
          + "bob:x:1000:1001:Bob:/home/bob:/bin/sh\n123:x:5:6::/five:\n";
  private static final String GROUP =
      "root:x:0:\nbobs:x:1001:\nwheel:x:10:alice,bob\naudio:x:11:bob\n\n";

  private static ContainerUser resolve(String spec, String... add) throws Exception {
    return ContainerUser.resolve(spec, List.of(add), PASSWD, GROUP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "           | 0          | 0    | 0          | /root",
        "bob        | 1000       | 1001 | 1001 10 11 | /home/bob",
        "1000       | 1000       | 1001 | 1001 10 11 | /home/bob",
        "bob:wheel  | 1000       | 10   | 10         | /home/bob",
        "bob:77     | 1000       | 77   | 77         | /home/bob",
        "4242       | 4242       | 0    | 0          | ''",
        "4242:4243  | 4242       | 4243 | 4243       | ''",
        "123        | 5          | 6    | 6          | /five",
        ":wheel     | 0          | 10   | 10         | /root",
        "2147483647 | 2147483647 | 0    | 0          | ''",
      })
  void resolvesAsDockerDoes(String spec, long uid, long gid, String groups, String home)
      throws Exception {
    List<Long> expected = List.of(groups.split(" ")).stream().map(Long::valueOf).toList();
    assertThat(resolve(spec == null ? "" : spec))
        .isEqualTo(new ContainerUser(uid, gid, expected, home));
  }

  @Test
  void addsGroups() throws Exception {
    assertThat(resolve("4242", "wheel", "99").groups()).containsExactly(0L, 10L, 99L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2147483648", "4294967296", "-1", "4294967295", "99999999999999999999"})
  void refusesIdsOutOfRange(String spec) {
    assertThatThrownBy(() -> resolve(spec))
        .isInstanceOf(ProblemException.class)
        .hasMessage("uids and gids must be in range 0-2147483647");
    assertThatThrownBy(() -> resolve("0:" + spec)).isInstanceOf(ProblemException.class);
  }

  @Test
  void refusesNamesThatTheImageDoesNotHave() {
    assertThatThrownBy(() -> resolve("nobody"))
        .isInstanceOf(RuntimeRefusedException.class)
        .hasMessage("unable to find user nobody: no matching entries in passwd file");
    assertThatThrownBy(() -> resolve("bob:nogroup"))
        .hasMessage("unable to find group nogroup: no matching entries in group file");
    assertThatThrownBy(() -> resolve("big")).isInstanceOf(RuntimeRefusedException.class);
  }
}
