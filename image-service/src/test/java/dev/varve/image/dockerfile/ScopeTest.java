package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ScopeTest {

  @Test
  void aGivenArgumentCountsFromItsDeclarationOn() {
    Scope scope = Files.scope(Map.of("USER", "what"), "");

    assertThat(scope.value("USER")).isEmpty();
    declare(scope, "ARG USER=default");
    assertThat(scope.value("USER")).contains("what");
  }

  @Test
  void anArgWithoutADefaultTakesTheGlobalOne() {
    Scope scope = Files.scope(Map.of(), "ARG V=1\nARG W=2$V");

    assertThat(scope.value("V")).isEmpty();
    declare(scope, "ARG V W=own X");
    assertThat(scope.args()).containsExactly("V=1", "W=own");
    assertThat(scope.value("X")).isEmpty();
    declare(scope, "ARG W");
    assertThat(scope.value("W")).contains("21");
  }

  @Test
  void laterDefaultsSeeEarlierOnes() {
    Scope scope = Files.scope(Map.of(), "", "HOME=/root");

    declare(scope, "ARG A=$HOME B=$A/b C=${D:-c}");

    assertThat(scope.args()).containsExactly("A=/root", "B=/root/b", "C=c");
  }

  @Test
  void envAlwaysWinsOverArg() {
    Scope scope = Files.scope(Map.of("V", "given"), "", "V=image");

    declare(scope, "ARG V");
    assertThat(scope.value("V")).contains("image");
    set(scope, "ENV V=${V:-x} N=2");
    declare(scope, "ARG N=3");

    assertThat(scope.value("N")).contains("2");
    assertThat(scope.args()).isEmpty();
    assertThat(scope.env()).containsExactly("V=image", "N=2");
    assertThat(scope.runEnvironment()).containsExactly("V=image", "N=2");
  }

  @Test
  void proxiesReachCommandsButNeitherHistoryNorCache() {
    Scope scope = Files.scope(Map.of("HTTP_PROXY", "http://u:p@h", "no_proxy", "x"), "");

    assertThat(scope.args()).isEmpty();
    assertThat(scope.runEnvironment()).containsExactly("HTTP_PROXY=http://u:p@h", "no_proxy=x");
    declare(scope, "ARG HTTP_PROXY");
    assertThat(scope.args()).containsExactly("HTTP_PROXY=http://u:p@h");
  }

  @Test
  void platformsArePredefinedOutsideOfStages() {
    Scope scope = Files.scope(Map.of("TARGETARCH", "mine"), "");

    assertThat(scope.value("TARGETPLATFORM")).isEmpty();
    declare(scope, "ARG TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT BUILDPLATFORM BUILDARCH");
    assertThat(scope.args())
        .containsExactly(
            "BUILDARCH=amd64",
            "BUILDPLATFORM=linux/amd64",
            "TARGETARCH=mine",
            "TARGETOS=linux",
            "TARGETPLATFORM=linux/arm/v7",
            "TARGETVARIANT=v7");
  }

  @Test
  void aStageOnAStageGoesOnWithItsVariables() {
    Scope base = Files.scope(Map.of(), "", "PATH=/bin");
    declare(base, "ARG A=1");
    set(base, "ENV E=2");

    Scope child = base.child();
    set(child, "ENV E=3");

    assertThat(child.args()).containsExactly("A=1");
    assertThat(child.env()).containsExactly("PATH=/bin", "E=3");
    assertThat(base.env()).containsExactly("PATH=/bin", "E=2");
  }

  @Test
  void theSourceDateComesFromAnArgument() {
    assertThat(globals("", Map.of("SOURCE_DATE_EPOCH", "12")).sourceDateEpoch()).contains(12L);
    assertThat(globals("ARG SOURCE_DATE_EPOCH=34", Map.of()).sourceDateEpoch()).contains(34L);
    assertThat(globals("", Map.of("SOURCE_DATE_EPOCH", "")).sourceDateEpoch()).isEmpty();
    assertThat(globals("", Map.of()).sourceDateEpoch()).isEmpty();
    Refusals.assertRefused(
        () -> globals("", Map.of("SOURCE_DATE_EPOCH", "now")).sourceDateEpoch(),
        "invalid SOURCE_DATE_EPOCH: now");
  }

  private static Globals globals(String head, Map<String, String> given) {
    return Globals.of(Files.parse(head + "\nFROM a\n"), Files.arguments(given));
  }

  private static void declare(Scope scope, String text) {
    scope.apply(Files.one(Instruction.Arg.class, text));
  }

  private static void set(Scope scope, String text) {
    scope.apply(scope.expand(Files.one(Instruction.Env.class, text)));
  }
}
