package dev.varve.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.container.v1.Container;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerCommandTest {
  /** Arguments with a space stand in quotes in a list of containers, the program never. */
  @ParameterizedTest
  @CsvSource({"a b, c, a b c", "sh, echo x, sh 'echo x'", "sh, '', sh", "sh, \"'\", sh \"'\""})
  void quotesWhatHasSpaces(String program, String argument, String shown) {
    Container it = Container.newBuilder().setPath(program).addAllArgs(List.of(argument)).build();
    assertThat(ContainerViews.summary(it, Instant.EPOCH).command()).isEqualTo(shown);
  }
}
