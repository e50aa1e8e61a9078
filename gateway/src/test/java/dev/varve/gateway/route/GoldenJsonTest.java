package dev.varve.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.api.container.v1.Config;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.NetworkAttachment;
import dev.varve.api.container.v1.Sample;
import dev.varve.api.container.v1.State;
import dev.varve.api.container.v1.StatsResponse;
import dev.varve.api.container.v1.Status;
import dev.varve.api.container.v1.SupportResponse;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.Layer;
import dev.varve.api.snapshot.v1.Difference;
import dev.varve.gateway.fake.FakeFiles;
import dev.varve.gateway.fake.FakeImages;
import dev.varve.gateway.history.LayerArrival;
import dev.varve.gateway.host.HostFacts;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Json;
import dev.varve.values.container.v1.HostSpec;
import dev.varve.values.container.v1.Resources;
import dev.varve.values.container.v1.Ulimit;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The JSON of each object, field by field, against files: a difference is a change of the public
 * API. To accept one, delete the file and run the test again: it writes the file anew and fails.
 */
class GoldenJsonTest {
  private static final ApiVersion V151 = new ApiVersion(1, 51);
  private static final ApiVersion V140 = new ApiVersion(1, 40);
  private static final Path FILES = Path.of("src/test/resources/dev/varve/gateway/route");

  private static final HostFacts HOST =
      new HostFacts(
          "6.1.0", "Debian GNU/Linux 12 (bookworm)", "12", "x86_64", "node-1", "0123", 2, 1L << 33);

  private static final SupportResponse SUPPORT =
      SupportResponse.newBuilder()
          .setMemoryLimit(true)
          .setSwapLimit(true)
          .setCpuShares(true)
          .setCpuQuota(true)
          .setPidsLimit(true)
          .setIpForwarding(true)
          .setCgroupNamespaces(true)
          .setOomKillDisable(true)
          .setBlkioReadBps(true)
          .setBlkioWriteBps(true)
          .setBlkioReadIops(true)
          .build();

  private static void matches(String name, Object value) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    String actual =
        mapper
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(
                    mapper.readTree(new String(Json.bytes(value), StandardCharsets.UTF_8)))
            + "\n";
    Path file = FILES.resolve(name);
    if (!Files.exists(file)) {
      Files.writeString(file, actual);
      throw new AssertionError("written anew, to be read by a person: " + file);
    }
    assertThat(actual).isEqualTo(Files.readString(file));
  }

  private static Container running() {
    return Container.newBuilder()
        .setId("4f".repeat(32))
        .setName("web")
        .setCreatedNanos(1_700_000_000_120_000_000L)
        .setImageId("sha256:" + "1".repeat(64))
        .setPath("nginx")
        .addArgs("-g")
        .addArgs("daemon off;")
        .setConfig(
            Config.newBuilder()
                .setHostname("4f4f4f4f4f4f")
                .setImage("nginx:1")
                .addEnv("PATH=/bin")
                .addCmd("nginx")
                .addExposedPorts("80/tcp")
                .addEntrypoint("/entry")
                .putLabels("b", "2")
                .putLabels("a", "1")
                .setStopSignal("SIGQUIT")
                .setStopTimeout(5)
                .setAttachStdout(true)
                .setTty(true))
        .setHost(
            HostSpec.newBuilder()
                .setNetworkMode("default")
                .setResources(Resources.newBuilder().setMemory(64 << 20).setPidsLimit(100))
                .setInit(true)
                .addCapAdd("NET_ADMIN")
                .putTmpfs("/run", "")
                .addUlimits(Ulimit.newBuilder().setName("nofile").setSoft(10).setHard(20)))
        .addMaskedPaths("/proc/kcore")
        .addReadonlyPaths("/proc/sys")
        .setState(
            State.newBuilder()
                .setStatus(Status.STATUS_RUNNING)
                .setPid(4711)
                .setStartedAtNanos(1_700_000_001_000_000_000L))
        .addNetworks(
            NetworkAttachment.newBuilder()
                .setNetwork("bridge")
                .setNetworkId("ab".repeat(32))
                .setEndpointId("cd".repeat(32))
                .setAddress("172.30.0.2")
                .setPrefixLength(16)
                .setGateway("172.30.0.1")
                .setMacAddress("02:42:ac:1e:00:02"))
        .setLogPath("/var/lib/varve/log")
        .setResolvConfPath("/var/lib/varve/resolv.conf")
        .setHostsPath("/var/lib/varve/hosts")
        .setHostnamePath("/var/lib/varve/hostname")
        .addExecIds("e1")
        .setRootPath("/var/lib/varve/root")
        .setSizeRw(12)
        .setSizeRootFs(1200)
        .build();
  }

  private static Container exited() {
    return Container.newBuilder()
        .setId("5a".repeat(32))
        .setName("job")
        .setPath("true")
        .setConfig(Config.newBuilder().setImage("busybox").addCmd("true"))
        .setHost(HostSpec.newBuilder().setNetworkMode("none").setPrivileged(true))
        .setState(
            State.newBuilder()
                .setStatus(Status.STATUS_EXITED)
                .setExitCode(137)
                .setOomKilled(true)
                .setStartedAtNanos(1_700_000_001_000_000_000L)
                .setFinishedAtNanos(1_700_000_002_500_000_000L))
        .addNetworks(NetworkAttachment.newBuilder().setNetwork("none"))
        .build();
  }

  private static Image layered() {
    return FakeImages.BUSYBOX.toBuilder()
        .addRepoDigests("busybox@sha256:" + "d".repeat(64))
        .addLayers(
            Layer.newBuilder()
                .setDiffId("sha256:" + "e".repeat(64))
                .setChainId("c1")
                .setUncompressedSize(4_000_000))
        .setContainers(2)
        .build();
  }

  @Test
  void containers() throws Exception {
    matches("container-running.json", ContainerViews.inspect(running(), V151));
    matches("container-exited.json", ContainerViews.inspect(exited(), V151));
    Instant now = Instant.ofEpochSecond(1_700_000_064);
    matches("summary-running.json", ContainerViews.summary(running(), now));
    matches("summary-exited.json", ContainerViews.summary(exited(), now));
  }

  @Test
  void images() throws Exception {
    matches("image-1.51.json", ImageViews.inspect(layered(), V151));
    matches("image-1.40.json", ImageViews.inspect(layered(), V140));
    matches("image-summary-1.51.json", ImageViews.summary(layered(), V151, -1));
    Image nameless = layered().toBuilder().clearRepoTags().clearRepoDigests().build();
    matches("image-summary-1.40.json", ImageViews.summary(nameless, V140, -1));
  }

  @Test
  void filesOfImages() throws Exception {
    matches("file.json", LookViews.file(FakeFiles.PASSWD, layered()));
    matches("file-link.json", LookViews.file(FakeFiles.LINK, layered()));
    matches("file-device.json", LookViews.file(FakeFiles.DEVICE, layered()));
    LayerArrival arrival =
        new LayerArrival(
            Map.of("Kind", "load", "Detail", "docker-archive"),
            "0198",
            layered().getId(),
            Instant.ofEpochSecond(1_700_000_000),
            "unix:uid=0,pid=1",
            "node-1");
    Layer layer =
        layered().getLayers(0).toBuilder().setDigest("sha256:d").setCreatedBy("ADD").build();
    matches(
        "blame.json", LookViews.blame(FakeFiles.PASSWD, layered(), layer, Optional.of(arrival)));
    matches(
        "file-change.json",
        LookViews.change(Difference.newBuilder().setPath(FakeFiles.LINK.getPath()).build()));
  }

  @Test
  void engine() throws Exception {
    ManagedChannel unused = InProcessChannelBuilder.forName("unused").build();
    try {
      SystemRoutes routes =
          new SystemRoutes(
              new Services(unused, unused, unused),
              HOST,
              new EngineFacts("0.1.0", "", "/var/lib/varve", Path.of("/run/varve"), "node-1"),
              () -> 3);
      matches("version.json", routes.version());
      String info =
          new String(
                  Json.bytes(routes.info(new Tally(4, 2, 1, 1), 5, SUPPORT)),
                  StandardCharsets.UTF_8)
              .replaceFirst("\"NFd\":\\d+", "\"NFd\":10")
              .replaceFirst("\"NGoroutines\":\\d+", "\"NGoroutines\":11")
              .replaceFirst("\"SystemTime\":\"[^\"]+\"", "\"SystemTime\":\"now\"");
      matches("info.json", new ObjectMapper().readTree(info));
    } finally {
      unused.shutdownNow();
    }
  }

  @Test
  void stats() throws Exception {
    StatsResponse stopped = StatsResponse.newBuilder().setId("4f").setName("web").build();
    matches("stats-stopped.json", StatsViews.json(stopped));
    Sample.Cpu cpu =
        Sample.Cpu.newBuilder()
            .setTotal(35_165_989)
            .setKernel(30_000_000)
            .addEach(33_830_060)
            .addEach(1_335_929)
            .setSystem(1_593_620_000_000L)
            .setOnline(2)
            .build();
    Sample sample =
        Sample.newBuilder()
            .setReadNanos(1_795_951_149_127_414_843L)
            .setCpu(cpu)
            .setMemory(
                Sample.Memory.newBuilder()
                    .setUsage(3_780_608)
                    .setMaxUsage(5_214_208)
                    .setLimit(25_276_502_016L)
                    .putStats("rss", 53_248)
                    .putStats("cache", 3_149_824))
            .setPids(1)
            .addServiceBytes(
                Sample.BlockIo.newBuilder().setMajor(254).setOperation("Read").setValue(4096))
            .addInterfaces(Sample.Interface.newBuilder().setName("eth0").setRxBytes(516))
            .build();
    StatsResponse.Builder running = stopped.toBuilder().setSample(sample);
    matches("stats-first.json", StatsViews.json(running.build()));
    running.setBefore(sample.toBuilder().setReadNanos(1_795_951_148_124_070_952L));
    matches("stats-running.json", StatsViews.json(running.build()));
  }
}
