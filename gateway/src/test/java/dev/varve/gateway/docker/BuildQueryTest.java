package dev.varve.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.varve.api.image.v1.BuildOptions;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.Refusal;
import org.junit.jupiter.api.Test;

class BuildQueryTest {
  private static BuildOptions options(String query) throws Refusal {
    return BuildQuery.options(Query.parse(query), ApiVersion.MAXIMUM, MissingNode.getInstance());
  }

  /** Each a parameter of its own, unlike the lists that come as JSON. */
  @Test
  void takesSecurityOptionsAsTheCommandLineSendsThem() throws Exception {
    assertThat(
            options("securityopt=no-new-privileges&securityopt=seccomp%3Dunconfined")
                .getSecurityOptList())
        .containsExactly("no-new-privileges", "seccomp=unconfined");
  }

  @Test
  void refusesAnIsolationThatLinuxHasNot() throws Exception {
    assertThat(options("isolation=default").getIsolation()).isEqualTo("default");
    assertThatThrownBy(() -> options("isolation=hyperv"))
        .isInstanceOf(Refusal.class)
        .hasMessage("Unsupported isolation: \"hyperv\"");
  }
}
