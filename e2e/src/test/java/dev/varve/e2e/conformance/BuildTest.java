package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code POST /build}: the classic API, its lines, its results, its refusals. */
final class BuildTest extends Conformance {
  private static final String FROM = "FROM " + IMAGE + "\n";

  private Reply build(String query, Tar context) {
    return wire.postTar("/build?" + query, context.bytes());
  }

  private static Tar context(String dockerfile) {
    return new Tar().file("Dockerfile", dockerfile);
  }

  /** All that was told in lines of text. */
  private static String told(Reply reply) {
    return reply.jsonLines().stream()
        .map(line -> line.path("stream").asText(""))
        .collect(Collectors.joining());
  }

  private static String error(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    JsonNode last = reply.jsonLines().getLast();
    assertThat(last.path("error").asText()).isEqualTo(last.at("/errorDetail/message").asText());
    return last.path("error").asText();
  }

  /** Builds and gives the image's id. */
  private String built(String tag, Tar context, String more) {
    Reply reply = build("t=" + tag + more, context);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    List<String> ids =
        reply.jsonLines().stream()
            .map(line -> line.at("/aux/ID").asText(""))
            .filter(id -> !id.isEmpty())
            .toList();
    assertThat(ids).as(reply.text()).isNotEmpty();
    return ids.getLast();
  }

  private String run(String image, String line) {
    return docker.ok("run", "--rm", "--name", name(), image, "sh", "-c", line);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  void stepsAreToldAsDockerTellsThem() {
    String tag = reference("told");
    Reply reply =
        build("t=" + tag, context(FROM + "ENV A=1\nRUN echo $A; echo wrong >&2\nCMD [\"env\"]\n"));
    assertThat(reply.status()).isEqualTo(200);
    String told = told(reply);
    assertThat(told)
        .contains("Step 1/4 : FROM " + IMAGE + "\n ---> ")
        .contains("Step 2/4 : ENV A=1\n")
        .contains("Step 3/4 : RUN echo $A; echo wrong >&2\n ---> Running in ")
        .contains("\n1\n")
        .contains("\u001b[91mwrong\n\u001b[0m")
        .contains("Step 4/4 : CMD [\"env\"]\n")
        .containsPattern("Successfully built [0-9a-f]{12}\n")
        .endsWith("Successfully tagged " + tag + "\n");
    assertThat(docker.ok("run", "--rm", "--name", name(), tag)).contains("A=1");
  }

  @Test
  void quietTellsTheIdAlone() {
    String tag = reference("quiet");
    Reply reply = build("q=1&t=" + tag, context(FROM + "RUN echo loud\n"));
    assertThat(reply.jsonLines()).hasSize(1);
    assertThat(told(reply)).matches("sha256:[0-9a-f]{64}\n");
  }

  @Test
  void theConfigHasWhatInstructionsSaid() {
    String tag = reference("config");
    String id =
        built(
            tag,
            context(
                FROM
                    + """
                    MAINTAINER me
                    ENV A=1 B="two words"
                    LABEL x=y
                    EXPOSE 80 53/udp
                    VOLUME /data
                    USER daemon
                    WORKDIR /app/sub
                    STOPSIGNAL SIGUSR1
                    HEALTHCHECK --interval=5s CMD true
                    ENTRYPOINT ["echo"]
                    CMD ["hello"]
                    """),
            "&labels=" + encoded("{\"from\":\"request\"}"));
    JsonNode image = wire.get("/images/" + tag + "/json").json();
    assertThat(image.path("Id").asText()).isEqualTo(id);
    assertThat(image.path("Author").asText()).isEqualTo("me");
    JsonNode config = image.path("Config");
    assertThat(config.path("Env").toString()).contains("A=1", "B=two words");
    assertThat(config.at("/Labels/x").asText()).isEqualTo("y");
    assertThat(config.at("/Labels/from").asText()).isEqualTo("request");
    assertThat(config.path("ExposedPorts").has("80/tcp")).isTrue();
    assertThat(config.path("ExposedPorts").has("53/udp")).isTrue();
    assertThat(config.path("Volumes").has("/data")).isTrue();
    assertThat(config.path("User").asText()).isEqualTo("daemon");
    assertThat(config.path("WorkingDir").asText()).isEqualTo("/app/sub");
    assertThat(config.path("StopSignal").asText()).isEqualTo("SIGUSR1");
    assertThat(config.at("/Healthcheck/Test").toString()).isEqualTo("[\"CMD-SHELL\",\"true\"]");
    assertThat(config.path("Entrypoint").toString()).isEqualTo("[\"echo\"]");
    assertThat(docker.ok("run", "--rm", "--name", name(), tag)).isEqualTo("hello");
    assertThat(
            docker.ok(
                "run",
                "--rm",
                "--name",
                name(),
                "--entrypoint",
                "stat",
                tag,
                "-c",
                "%u:%a",
                "/app/sub"))
        .isEqualTo("0:755");
  }

  @Test
  void filesAreCopiedByDockersRules() {
    String tag = reference("copied");
    Tar context =
        context(
                FROM
                    + """
                    RUN ln -s /real /link; mkdir /real; chmod 700 /real
                    COPY one /link/
                    COPY one renamed
                    COPY tree /fresh
                    COPY tree/ t* /into/
                    COPY --chown=daemon:staff --chmod=640 one /owned
                    COPY --chown=daemon:staff --chmod=640 one /made/
                    COPY [ "with space", "/" ]
                    """)
            .file("one", "1")
            .directory("tree/", 0750)
            .file("tree/inner", 0711, "2".getBytes(StandardCharsets.UTF_8))
            .directory("tree/sub/", 0700)
            .symlink("tree/sub/up", "../inner")
            .file("three", "3")
            .file("with space", "4");
    built(tag, context, "");
    assertThat(
            run(
                tag,
                "cat /real/one /renamed /fresh/inner /fresh/sub/up /into/inner /into/three '/with space';"
                    + " echo; readlink /fresh/sub/up; stat -c '%a %u:%g' /real /fresh /fresh/inner /fresh/sub /into /owned /made /made/one"))
        .isEqualTo(
            "1122234\n../inner\n700 0:0\n750 0:0\n711 0:0\n700 0:0\n755 0:0\n640 1:50\n755 1:50\n640 1:50");
  }

  @Test
  void archivesAreUnpackedByAdd() {
    String tag = reference("added");
    Tar inner = new Tar().directory("d/", 0755).fileOfGroup("d/f", 0604, 50, "inside");
    Tar context =
        context(FROM + "ADD a.tar /un/\nCOPY a.tar /kept/\nADD plain /un/\n")
            .file("a.tar", 0644, inner.bytes())
            .file("plain", "p");
    built(tag, context, "");
    assertThat(
            run(
                tag,
                "cat /un/d/f /un/plain; stat -c ' %a %g' /un/d/f; test -f /kept/a.tar && echo kept"))
        .isEqualTo("insidep 604 50\nkept");
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThat(error(build("", context(FROM + "COPY nope /\n"))))
        .isEqualTo(
            "COPY failed: file not found in build context or excluded by .dockerignore: stat nope: file does not exist");
    Tar ignoring = context(FROM + "COPY secret /\n").file(".dockerignore", "sec*\n");
    assertThat(error(build("", ignoring.file("secret", "x"))))
        .contains("excluded by .dockerignore");
    Reply missing = build("dockerfile=other", context(FROM));
    assertThat(missing.status()).isIn(400, 500);
    assertThat(missing.message()).contains("Cannot locate specified Dockerfile: other");
  }

  @Test
  void aFailingCommandEndsTheBuildWithItsCode() {
    String tag = reference("failing");
    Reply reply = build("forcerm=1&t=" + tag, context(FROM + "RUN echo last words; exit 7\n"));
    assertThat(error(reply)).endsWith("returned a non-zero code: 7");
    assertThat(reply.jsonLines().getLast().at("/errorDetail/code").asInt()).isEqualTo(7);
    assertThat(told(reply)).contains("last words\n");
    assertThat(wire.get("/images/" + tag + "/json").status()).isEqualTo(404);
  }

  @Test
  void syntaxErrorsAreRefusedBeforeAnythingHappens() {
    Reply unknown = build("", context(FROM + "BOGUS x\n"));
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.message()).containsIgnoringCase("unknown instruction: BOGUS");
    assertThat(build("", context("RUN true\n")).status()).isEqualTo(400);
    assertThat(build("", new Tar().file("Dockerfile", "")).status()).isEqualTo(400);
    assertThat(build("t=UPPER", context(FROM)).status()).isEqualTo(400);
    assertThat(build("buildargs=nonsense", context(FROM)).status()).isEqualTo(400);
    assertThat(
            wire.postTar(
                    "/build",
                    "no tar at all, but long enough to be one"
                        .repeat(40)
                        .getBytes(StandardCharsets.UTF_8))
                .status())
        .isIn(400, 500);
  }

  @Test
  void equalInputsAreTakenFromTheCacheWhateverTheirTimes() {
    String first = reference("cold");
    String second = reference("warm");
    String dockerfile = FROM + "COPY f /f\nRUN cat f > g\nENV A=1\n";
    String id = built(first, context(dockerfile).file("f", first), "");
    Reply again = build("t=" + second, context(dockerfile).file("f", first));
    assertThat(told(again)).contains("---> Using cache").doesNotContain("Running in");
    assertThat(wire.get("/images/" + second + "/json").json().path("Id").asText()).isEqualTo(id);
    Reply other = build("t=" + reference("other"), context(dockerfile).file("f", second));
    assertThat(told(other)).contains("Running in");
    Reply none = build("nocache=1&t=" + reference("none"), context(dockerfile).file("f", second));
    assertThat(told(none)).contains("Running in").doesNotContain("Using cache");
  }

  @Test
  void anImageIsACacheWhenItIsNamed() {
    String source = reference("source");
    String text = FROM + "COPY f /f\nRUN cat f > g; echo " + source + "\nENV A=1\n";
    Tar context = context(text).file("f", source);
    String id = built(source, context, "");
    assertThat(wire.post("/build/prune?all=1").status()).isEqualTo(200);
    String again = reference("again");
    Reply reply =
        build(
            "t=" + again + "&cachefrom=" + encoded("[\"" + source + "\",\"no/such:image\"]"),
            context);
    assertThat(told(reply)).contains("---> Using cache").doesNotContain("Running in");
    assertThat(wire.get("/images/" + again + "/json").json().path("Id").asText()).isEqualTo(id);
  }

  @Test
  void stagesGiveFilesToEachOther() {
    String tag = reference("stages");
    String text =
        """
        FROM %1$s AS unused
        RUN exit 1
        FROM %1$s AS made
        RUN mkdir /out; echo made > /out/f; chown 1:50 /out/f; ln -s f /out/l
        FROM %1$s AS second
        COPY --from=made /out /taken
        FROM second
        COPY --from=1 /out/l /followed
        COPY --from=%1$s /etc/passwd /p
        """
            .formatted(IMAGE);
    built(tag, context(text), "");
    assertThat(
            run(
                tag,
                "cat /taken/f /followed; stat -c %u:%g /taken/f; readlink /taken/l; grep -c root /p"))
        .isEqualTo("made\nmade\n1:50\nf\n1");
    assertThat(error(build("target=unused", context(text)))).contains("non-zero code: 1");
  }

  @Test
  void argumentsAreForTheStagesThatDeclareThem() {
    String tag = reference("args");
    String text =
        """
        ARG BASE=nothing
        FROM ${BASE}
        ARG WHO=nobody
        ARG OTHER
        RUN echo "$WHO-$OTHER-$BASE" > /who
        ENV KEPT=${WHO:-x}
        """;
    built(
        tag,
        context(text),
        "&buildargs=" + encoded("{\"BASE\":\"" + IMAGE + "\",\"WHO\":\"me\",\"OTHER\":null}"));
    assertThat(run(tag, "cat /who; echo $KEPT; echo ${WHO:-unset}")).isEqualTo("me--\nme\nunset");
  }

  @Test
  void nothingIsLeftOfABuildWhoseClientWentAway() {
    String tag = reference("cancelled");
    byte[] context = context(FROM + "RUN echo begun; sleep 1000\n").bytes();
    try (Exchange exchange =
        wire.open(
            "POST", "/build?t=" + tag, Map.of("Content-Type", "application/x-tar"), context)) {
      Until.sees(
          () -> docker.ok("ps", "--no-trunc", "--format", "{{.Command}}"),
          it -> it.contains("echo begun; sleep 1000"));
    }
    Until.sees(
        () -> docker.ok("ps", "-a", "--no-trunc", "--format", "{{.Command}}"),
        it -> !it.contains("echo begun; sleep 1000"));
    assertThat(wire.get("/images/" + tag + "/json").status()).isEqualTo(404);
  }

  @Test
  void aBuildIsCancelledByItsId() {
    String tag = reference("cancelled");
    String id = "build-" + tag.hashCode();
    byte[] context = context(FROM + "RUN echo cancel me; sleep 1000\n").bytes();
    try (Exchange exchange =
        wire.open(
            "POST",
            "/build?buildid=" + id + "&t=" + tag,
            Map.of("Content-Type", "application/x-tar"),
            context)) {
      Until.sees(
          () -> docker.ok("ps", "--no-trunc", "--format", "{{.Command}}"),
          it -> it.contains("echo cancel me; sleep 1000"));
      assertThat(wire.post("/build/cancel?id=" + id).status()).isEqualTo(200);
      assertThat(error(exchange.reply("POST"))).contains("cancel");
    }
    Until.sees(
        () -> docker.ok("ps", "-a", "--no-trunc", "--format", "{{.Command}}"),
        it -> !it.contains("echo cancel me; sleep 1000"));
    assertThat(wire.get("/images/" + tag + "/json").status()).isEqualTo(404);
    assertThat(wire.post("/build/cancel?id=" + id).status()).isEqualTo(404);
    assertThat(wire.post("/build/cancel").status()).isEqualTo(400);
  }

  @Test
  void whatChecksFindIsToldBehindTheSteps() {
    String text = "FROM " + IMAGE + " AS Base\nENV MY_SECRET=x\nCMD echo $nothing\n";
    assertThat(told(build("t=" + reference("checked"), context(text))))
        .contains(
            "3 warnings found:\n"
                + " - StageNameCasing: Stage name 'Base' should be lowercase (line 1)\n"
                + " - SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ENV \"MY_SECRET\") (line 2)\n"
                + " - JSONArgsRecommended: ")
        .containsPattern("Successfully tagged .*\n$");
    assertThat(told(build("q=1", context(text)))).doesNotContain("warning");
    assertThat(told(build("", context("# check=skip=all\n" + text)))).doesNotContain("warning");
    assertThat(error(build("", context("# check=error=true\n" + text))))
        .startsWith("lint violation found for rules: JSONArgsRecommended, SecretsUsed");
  }

  @Test
  void aBaseOfAnotherPlatformIsToldOf() {
    String base = reference("foreign");
    assertThat(
            docker
                .run(
                    new Tar().file("f", "x").bytes(),
                    "import",
                    "--platform",
                    "linux/arm64",
                    "-",
                    base)
                .code())
        .isZero();
    String warning =
        "1 warning found:\n - InvalidBaseImagePlatform: Base image "
            + base
            + " was pulled with platform \"linux/arm64\", expected \"linux/amd64\" for current build (line 1)\n";
    String text = "FROM " + base + "\nLABEL a=b\n";
    assertThat(told(build("t=" + reference("on-foreign"), context(text)))).contains(warning);
    assertThat(told(build("platform=linux/arm64&t=" + reference("for-foreign"), context(text))))
        .doesNotContain("InvalidBaseImagePlatform");
    assertThat(error(build("", context("# check=error=true\n" + text))))
        .startsWith("lint violation found for rules: InvalidBaseImagePlatform");
  }

  @Test
  void noContainerAndNoImageIsLeftBeside() {
    String tag = reference("clean");
    built(tag, context(FROM + "RUN echo " + tag + "\nRUN echo again > /f\n"), "");
    Until.sees(
        () -> docker.ok("ps", "-a", "--no-trunc", "--format", "{{.Command}}"),
        it -> !it.contains(tag));
    assertThat(docker.ok("history", "--no-trunc", "--format", "{{.CreatedBy}}", tag))
        .contains("echo again > /f");
  }

  @Test
  void commandsOfAllForms() {
    String tag = reference("forms");
    String text =
        FROM
            + """
            RUN ["sh", "-c", "echo exec > /exec"]
            RUN echo one \\
              # a comment between
              two > /joined
            RUN <<EOF
            echo first > /doc
            echo second >> /doc
            EOF
            COPY <<one <<"two" /docs/
            $HOME
            one
            $HOME
            two
            SHELL ["sh", "-ec"]
            RUN false; echo not here
            """;
    Reply reply = build("t=" + tag, context(text));
    assertThat(error(reply)).contains("sh -ec false; echo not here");
    built(tag, context(text.substring(0, text.indexOf("SHELL"))), "");
    assertThat(run(tag, "cat /exec /joined /doc /docs/one /docs/two"))
        .isEqualTo("exec\none two\nfirst\nsecond\n\n$HOME");
  }

  @Test
  void aContextThatLiesIsRefusedOrConfined() {
    for (Tar lying :
        List.of(
            context(FROM).file("../outside", "x"),
            context(FROM).file("a/../../outside", "x"),
            context(FROM).hardlink("h", "../../etc/passwd"),
            context(FROM).symlink("l", "/tmp").file("l/below", "x"))) {
      assertThat(build("", lying).status()).isIn(400, 500);
    }
    String tag = reference("confined");
    Tar confined =
        context(FROM + "COPY passwd root/l /got/\nCOPY dir /dir\n")
            .file("etc/passwd", "the context's")
            .symlink("passwd", "/etc/passwd")
            .file("/root/l", "absolute")
            .file("twice", "first")
            .file("dir/twice", "first")
            .file("dir/twice", "second")
            .symlink("dir/up", "../../../../etc/shadow");
    built(tag, confined, "");
    assertThat(
            run(
                tag,
                "cat /got/passwd; echo; cat /got/l; echo; cat /dir/twice; echo; readlink /dir/up"))
        .isEqualTo("the context's\nabsolute\nsecond\n../../../../etc/shadow");
  }

  @Test
  void whereLinksOfTheImageLeadIsInTheImage() {
    String tag = reference("links");
    Tar context =
        context(
                FROM
                    + """
                    RUN ln -s ../../../../../../canary /out; ln -s /round /round; ln -s /missing/deep /dangling
                    COPY f /out/
                    COPY f /dangling/
                    """)
            .file("f", "1");
    built(tag, context, "");
    assertThat(run(tag, "cat /canary/f /missing/deep/f")).isEqualTo("11");
    String round = FROM + "RUN ln -s /round /round\nCOPY f /round/\n";
    assertThat(error(build("", context(round).file("f", "1")))).contains("too many links");
  }

  @Test
  void mountsOfASingleRun() {
    String tag = reference("mounts");
    String text =
        FROM
            + """
            RUN --mount=type=bind,target=/ctx --mount=type=tmpfs,target=/tm cat /ctx/dir/f > /got; touch /tm/x /ctx/y
            RUN --mount=type=cache,target=/c,id=%1$s echo one >> /c/log
            RUN --mount=type=cache,target=/c,id=%1$s echo two >> /c/log; cat /c/log > /cached
            RUN --mount=type=secret,id=none test ! -e /run/secrets/none
            """
                .formatted(tag);
    built(tag, context(text).directory("dir/", 0755).file("dir/f", "bound\n"), "");
    assertThat(run(tag, "cat /got /cached; ls /c; test -e /ctx/y || echo forgotten"))
        .isEqualTo("bound\none\ntwo\nforgotten");
    for (String volume : docker.ok("volume", "ls", "-q").lines().toList()) {
      if (volume.startsWith("build-cache-")) {
        docker.ok("volume", "rm", volume);
      }
    }
    assertThat(error(build("", context(FROM + "RUN --mount=type=secret,id=a,required true\n"))))
        .contains("secret a: not found");
    assertThat(error(build("", context(FROM + "RUN --security=insecure true\n"))))
        .contains("not allowed");
  }

  @Test
  void noSecretIsTold() {
    String tag = reference("secret");
    String marker = "marker-" + Long.toHexString(System.nanoTime());
    built(
        tag,
        context(FROM + "ARG TOKEN\nRUN test -n \"$TOKEN\" && echo done > /f\n"),
        "&buildargs=" + encoded("{\"TOKEN\":\"" + marker + "\"}"));
    assertThat(docker.ok("history", "--no-trunc", tag)).doesNotContain(marker);
    assertThat(docker.run("save", tag).out()).doesNotContain(marker);
  }

  @Test
  void theCacheIsListedAndPruned() {
    String tag = reference("pruned");
    String text = FROM + "RUN echo " + tag + " > /f\n";
    built(tag, context(text), "");
    JsonNode entries = wire.get("/system/df?type=build-cache").json().path("BuildCache");
    assertThat(entries.toString()).contains("RUN echo " + tag);
    Reply spared = wire.post("/build/prune?all=1&filters=" + encoded("{\"label\":[\"a=b\"]}"));
    assertThat(spared.status()).isEqualTo(200);
    assertThat(spared.json().path("CachesDeleted").isArray()).isFalse();
    Reply pruned = wire.post("/build/prune?all=1&filters=" + encoded("{\"label!\":[\"a=b\"]}"));
    assertThat(pruned.status()).isEqualTo(200);
    assertThat(pruned.json().path("CachesDeleted").isArray()).isTrue();
    assertThat(told(build("t=" + tag, context(text)))).contains("Running in");
    assertThat(wire.post("/build/prune?filters=" + encoded("{\"bogus\":[\"1\"]}")).status())
        .isEqualTo(400);
  }

  @Test
  void equalTimesMakeEqualImages() {
    String first = reference("first");
    String second = reference("second");
    String text = FROM + "RUN echo hello > /f; mkdir /d\nCOPY g /g\n";
    String more = "&nocache=1&buildargs=" + encoded("{\"SOURCE_DATE_EPOCH\":\"1000000000\"}");
    assertThat(built(first, context(text).file("g", "g"), more))
        .isEqualTo(built(second, context(text).file("g", "g"), more));
    assertThat(run(first, "stat -c %Y /f /d /g")).isEqualTo("1000000000\n1000000000\n1000000000");
  }

  @Test
  void triggersOfABaseRunInItsChild() {
    String base = reference("base");
    String child = reference("child");
    built(base, context(FROM + "ONBUILD COPY f /triggered\nONBUILD RUN echo ran > /ran\n"), "");
    Reply reply = build("t=" + child, context("FROM " + base + "\n").file("f", "by trigger\n"));
    assertThat(told(reply)).contains("# Executing 2 build triggers").contains("Step 3/3 :");
    assertThat(run(child, "cat /triggered /ran")).isEqualTo("by trigger\nran");
    assertThat(wire.get("/images/" + child + "/json").json().at("/Config/OnBuild").isArray())
        .isFalse();
  }
}
