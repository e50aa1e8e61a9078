package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountTest {

  @Test
  void bindsAreTheDefaultAndReadOnly() {
    assertThat(mount("target=/src")).isEqualTo(new Mount.Bind("/src", "/", Optional.empty(), true));
    assertThat(mount("type=bind,source=a/../b,from=stage,dst=x,rw"))
        .isEqualTo(new Mount.Bind("x", "/b", Optional.of("stage"), false));
    assertThat(mount("target=/src,readonly=false"))
        .isEqualTo(new Mount.Bind("/src", "/", Optional.empty(), false));
  }

  @Test
  void cachesAreNamedForTheirTarget() {
    assertThat(mount("type=cache,target=/root/.m2/"))
        .isEqualTo(
            new Mount.Cache(
                "/root/.m2/",
                "/root/.m2",
                "/",
                Optional.empty(),
                false,
                Mount.Sharing.SHARED,
                new Mount.Access(0, 0, 0755)));
    assertThat(
            mount("type=cache,id=i,target=/c,sharing=LOCKED,mode=0700,uid=1,gid=2,ro,from=f,src=s"))
        .isEqualTo(
            new Mount.Cache(
                "/c",
                "i",
                "/s",
                Optional.of("f"),
                true,
                Mount.Sharing.LOCKED,
                new Mount.Access(1, 2, 0700)));
  }

  @Test
  void tmpfsMayBeBounded() {
    assertThat(mount("type=tmpfs,target=/t,size=64m"))
        .isEqualTo(new Mount.Tmpfs("/t", 64L << 20, false));
    assertThat(mount("type=tmpfs,target=/t,size=1.5KiB"))
        .isEqualTo(new Mount.Tmpfs("/t", 1536, false));
  }

  @Test
  void secretsAreFilesOrVariables() {
    Mount.Access access = new Mount.Access(0, 0, 0400);
    assertThat(mount("type=secret,id=a/key"))
        .isEqualTo(
            new Mount.Secret(
                "a/key", Optional.of("/run/secrets/key"), Optional.empty(), false, access));
    assertThat(mount("type=secret,target=/x/key,required"))
        .isEqualTo(new Mount.Secret("key", Optional.of("/x/key"), Optional.empty(), true, access));
    assertThat(mount("type=secret,id=k,env=KEY,required=false"))
        .isEqualTo(new Mount.Secret("k", Optional.empty(), Optional.of("KEY"), false, access));
    assertThat(mount("type=secret,src=k,env=KEY,target=/k"))
        .isEqualTo(new Mount.Secret("k", Optional.of("/k"), Optional.of("KEY"), false, access));
  }

  @Test
  void agentsHaveADefault() {
    assertThat(mount("type=ssh"))
        .isEqualTo(new Mount.Ssh("default", Optional.empty(), false, new Mount.Access(0, 0, 0600)));
  }

  @Test
  void valuesAreExpandedAndMayBeQuoted() {
    Instruction.Run run =
        Files.one(
            Instruction.Run.class,
            "RUN --mount=type=$T,target=/$T,size=${S} --mount='type=cache,\"target=/a,b\"' x");
    Expansion expansion = new Expansion('\\', Variables.of(Map.of("T", "tmpfs", "S", "4096")));

    assertThat(expansion.mounts(run)).first().isEqualTo(new Mount.Tmpfs("/tmpfs", 4096, false));
    assertThat(((Mount.Cache) expansion.mounts(run).getLast()).target()).isEqualTo("/a,b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "type=chache,target=/x      | unsupported mount type \"chache\" (did you mean cache?)",
        "target                     | invalid field 'target' must be a key=value pair",
        "tarket=/x                  | unexpected key 'tarket' in 'tarket=/x' (did you mean target?)",
        "target=/x,ro=maybe         | invalid value for ro: maybe",
        "target=/x,size=1           | unexpected key 'size' for mount type 'bind'",
        "target=/x,required         | unexpected key 'required' for mount type 'bind'",
        "type=tmpfs,size=x,target=/x | invalid value for size: x",
        "type=cache,sharing=x,target=/x | unsupported sharing value \"x\"",
        "type=cache,mode=9,target=/x | invalid value 9 for mode",
        "type=cache,uid=-1,target=/x | invalid value -1 for uid",
        "target=/x,mode=0700        | mode not allowed for \"bind\" type mounts",
        "type=tmpfs,target=/x,gid=1 | gid not allowed for \"tmpfs\" type mounts",
        "target=/x,sharing=locked   | invalid cache sharing set for bind mount",
        "type=secret                | invalid secret mount. one of source, target required",
        "type=secret,id=a,src=b     | both source and id can't be set",
        "type=secret,id=a,from=b    | secret mount should not have a from",
        "type=secret,id=a,sharing=private | secret mount should not define sharing",
        "type=ssh,src=a             | ssh does not support source",
        "target=/x\"                | parse error on column 10: bare \" in non-quoted field",
        "\"target=/x                | parse error on column 1: extraneous or missing \" in quoted-field",
      })
  void refusesInDockersWords(String text, String message) {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                Malformed.class, () -> mount(text)))
        .hasMessage(message);
  }

  @Test
  void saysWhereAMountWentWrong() {
    Instruction.Run run = Files.one(Instruction.Run.class, "RUN --mount=type=$T,target=/x y");

    Refusals.assertRefused(
        () -> new Expansion('\\', Variables.of(Map.of("T", "nfs"))).mounts(run),
        "dockerfile parse error on line 2: unsupported mount type \"nfs\"");
  }

  @Test
  void sizesAreInPowersOf1024() {
    assertThat(List.of("0", "1", "1b", "2k", "2kb", "2KiB", "1g", "1.5 MB"))
        .extracting(text -> ByteSize.parse(text).orElseThrow())
        .containsExactly(0L, 1L, 1L, 2048L, 2048L, 2048L, 1L << 30, 3L << 19);
    assertThat(List.of("", "x", "-1", "1x", "1kk", "9".repeat(18) + "p", "1e3"))
        .allMatch(text -> ByteSize.parse(text).isEmpty());
  }

  private static Mount mount(String text) {
    return MountReader.read(text, value -> value);
  }
}
