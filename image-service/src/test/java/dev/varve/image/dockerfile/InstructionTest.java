package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InstructionTest {

  @Test
  void copyHasItsFlags() {
    Instruction.Copy copy =
        Files.one(
            Instruction.Copy.class,
            "COPY --from=build --chown=1:2 --chmod=u=rwX,go=rX --link --parents=true"
                + " --exclude=*.md --exclude=\"a b\" a  b /c/");

    assertThat(copy.from()).contains("build");
    assertThat(copy.parents()).isTrue();
    assertThat(copy.transfer())
        .isEqualTo(
            new Transfer(
                List.of("a", "b"),
                List.of(),
                "/c/",
                Optional.of("1:2"),
                Optional.of("u=rwX,go=rX"),
                true,
                List.of("*.md", "a b")));
  }

  @Test
  void addHasItsFlags() {
    Instruction.Add add =
        Files.one(
            Instruction.Add.class,
            "ADD --checksum=sha256:1 --keep-git-dir --unpack=false --link=false"
                + " [\"https://x/a b\", \"/c\"]");

    assertThat(add.checksum()).contains("sha256:1");
    assertThat(add.keepGitDir()).contains(true);
    assertThat(add.unpack()).contains(false);
    assertThat(add.transfer().link()).isFalse();
    assertThat(add.transfer().paths()).containsExactly("https://x/a b");
    assertThat(Files.one(Instruction.Add.class, "ADD a b").unpack()).isEmpty();
  }

  @Test
  void twoDashesEndTheFlags() {
    Instruction.Run run = Files.one(Instruction.Run.class, "RUN --network=none -- --x y");

    assertThat(run.network()).isEqualTo(Instruction.Network.NONE);
    assertThat(run.command()).isEqualTo(new CommandLine.ShellForm("--x y", List.of()));
  }

  @Test
  void runHasItsFlags() {
    Instruction.Run run =
        Files.one(
            Instruction.Run.class,
            "RUN --mount=type=cache,target=/c --mount=type=tmpfs,target=$T --network=host"
                + " --security=insecure [\"make\"]");

    assertThat(run.mounts()).containsExactly("type=cache,target=/c", "type=tmpfs,target=$T");
    assertThat(run.network()).isEqualTo(Instruction.Network.HOST);
    assertThat(run.security()).isEqualTo(Instruction.Security.INSECURE);
    assertThat(run.command()).isEqualTo(new CommandLine.ExecForm(List.of("make")));
  }

  @Test
  void pairsKeepTheirQuotesUntilTheyAreExpanded() {
    Instruction.Env env =
        Files.one(Instruction.Env.class, "ENV a=\"b c\" d=e\\ f 'g h'=i j= k=x=y");

    assertThat(env.pairs())
        .extracting(Instruction.Pair::key, Instruction.Pair::value)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", "\"b c\""),
            org.assertj.core.groups.Tuple.tuple("d", "e\\ f"),
            org.assertj.core.groups.Tuple.tuple("'g h'", "i"),
            org.assertj.core.groups.Tuple.tuple("j", ""),
            org.assertj.core.groups.Tuple.tuple("k", "x=y"));
  }

  @Test
  void theOldFormOfPairsTakesTheWholeRest() {
    Instruction.Env env = Files.one(Instruction.Env.class, "ENV ONE   TWO= THREE=world");

    assertThat(env.pairs()).containsExactly(new Instruction.Pair("ONE", "TWO= THREE=world", true));
  }

  @Test
  void argsMayHaveDefaults() {
    Instruction.Arg arg = Files.one(Instruction.Arg.class, "ARG a b=\"c d\" e=");

    assertThat(arg.declarations())
        .containsExactly(
            new Instruction.Declaration("a", Optional.empty()),
            new Instruction.Declaration("b", Optional.of("\"c d\"")),
            new Instruction.Declaration("e", Optional.of("")));
  }

  @Test
  void healthChecksHaveTheConfigurationsForm() {
    Instruction.HealthCheck check =
        Files.one(
            Instruction.HealthCheck.class,
            "HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=100ms"
                + " --start-interval=2h --retries=4 cmd curl -f x || exit 1");

    assertThat(check)
        .isEqualTo(
            new Instruction.HealthCheck(
                check.source(),
                List.of("CMD-SHELL", "curl -f x || exit 1"),
                90_000_000_000L,
                1_500_000_000L,
                100_000_000L,
                7_200_000_000_000L,
                4));
    assertThat(Files.one(Instruction.HealthCheck.class, "HEALTHCHECK CMD [\"a\", \"b\"]").test())
        .containsExactly("CMD", "a", "b");
    assertThat(Files.one(Instruction.HealthCheck.class, "HEALTHCHECK none").test())
        .containsExactly("NONE");
  }

  @Test
  void listsAreWordsOrArrays() {
    assertThat(Files.one(Instruction.Volume.class, "VOLUME /a   /b").paths())
        .containsExactly("/a", "/b");
    assertThat(Files.one(Instruction.Volume.class, "VOLUME [\"/a b\"]").paths())
        .containsExactly("/a b");
    assertThat(Files.one(Instruction.Expose.class, "EXPOSE 80 443/tcp 53/udp").ports())
        .containsExactly("443/tcp", "53/udp", "80");
    assertThat(Files.one(Instruction.Shell.class, "SHELL [\"/bin/bash\", \"-c\"]").words())
        .containsExactly("/bin/bash", "-c");
  }

  @Test
  void triggersAreKeptAsTheyAre() {
    assertThat(Files.one(Instruction.OnBuild.class, "OnBuild  copy --from=x $A \\\n  /b").trigger())
        .isEqualTo("copy --from=x $A   /b");
  }

  @Test
  void simpleOnesTakeTheirWholeRest() {
    assertThat(Files.one(Instruction.Workdir.class, "WORKDIR  /a b ").path()).isEqualTo("/a b");
    assertThat(Files.one(Instruction.User.class, "USER a:b").user()).isEqualTo("a:b");
    assertThat(Files.one(Instruction.StopSignal.class, "STOPSIGNAL 9").signal()).isEqualTo("9");
    assertThat(Files.one(Instruction.Maintainer.class, "MAINTAINER a <b@c>").author())
        .isEqualTo("a <b@c>");
  }

  @Test
  void emptyCommandsAreTaken() {
    CommandLine nothing = new CommandLine.ShellForm("", List.of());

    assertThat(Files.one(Instruction.Cmd.class, "CMD").command()).isEqualTo(nothing);
    assertThat(Files.one(Instruction.Run.class, "RUN").command()).isEqualTo(nothing);
  }
}
