package dev.varve.container.adapter;

import dev.varve.container.adapter.conmon.ConmonRuntime;
import dev.varve.container.adapter.network.KernelContainerNetwork;
import dev.varve.container.adapter.network.TestNetworks;
import dev.varve.container.adapter.oci.OciRuntimeSpecs;
import dev.varve.container.application.ContainerNetwork;
import dev.varve.container.application.ContainerNetwork.EndpointRequest;
import dev.varve.container.application.ContainerNetwork.Lease;
import dev.varve.container.application.ContainerRuntime.ExecHandle;
import dev.varve.container.application.ContainerRuntime.ExecRequest;
import dev.varve.container.application.ContainerRuntime.RunRequest;
import dev.varve.container.application.Frames;
import dev.varve.container.application.StandardStreams;
import dev.varve.container.domain.DefaultPools;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkSpec;
import dev.varve.container.domain.Subnet;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.linux.net.LinuxNetwork;
import dev.varve.linux.net.NftTables;
import dev.varve.linux.process.ProcessFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * Times the life of containers by hand: {@code unshare -m sh -c 'umount /sys/fs/cgroup/unified;
 * exec java -cp … dev.varve.container.adapter.Timings 50 crun'}.
 */
public final class Timings {
  private static final Map<String, List<Double>> TIMES = new LinkedHashMap<>();

  private Timings() {}

  @FunctionalInterface
  private interface Step<T> {
    T run() throws Exception;
  }

  private static <T> T timed(String name, Step<T> step) throws Exception {
    long start = System.nanoTime();
    T result = step.run();
    TIMES.computeIfAbsent(name, n -> new ArrayList<>()).add((System.nanoTime() - start) / 1e6);
    return result;
  }

  /**
   * @param args how often, and the runtime's name
   */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    Path directory = Files.createTempDirectory("varve-timings-");
    Path root = BusyboxRoot.make(directory.resolve("rootfs"));
    Path empty = Files.createFile(directory.resolve("empty"));
    for (String file : List.of("resolv.conf", "hosts", "hostname")) {
      Files.createFile(root.resolve("etc").resolve(file));
    }
    try (LinuxNetwork kernel = new LinuxNetwork();
        NftTables tables = new NftTables(kernel);
        KernelContainerNetwork network =
            TestNetworks.network(kernel, tables, "rttm", directory.resolve("run"));
        ConmonRuntime runtime =
            new ConmonRuntime(
                new OciRuntimeSpecs(new KernelFileCalls(), ProcessFacts.ownBoundingSet(), "rttm"),
                new KernelMountCalls(new KernelFileCalls()),
                directory.resolve("root"),
                directory.resolve("run"),
                "rttm",
                Clock.systemUTC())) {
      Network bridge =
          new Network(
              "n",
              NetworkSpec.builtin(
                  "bridge",
                  "bridge",
                  "rttm0",
                  List.of(DefaultPools.pool(Subnet.parse("10.213.0.0/16")))),
              Instant.EPOCH);
      List<EndpointRequest> requests =
          List.of(
              new EndpointRequest(
                  bridge,
                  EndpointSpec.on("bridge"),
                  Set.of(),
                  new ContainerNetwork.Names(List.of(), List.of())));
      network.restore(List.of(bridge));
      network.reconcile(Map.of());
      CountDownLatch[] latch = new CountDownLatch[1];
      runtime.watchExits((id, exit) -> latch[0].countDown());
      SpecBuilder spec = new SpecBuilder("true");
      spec.runtime = args[1];
      for (int i = 0; i < rounds; i++) {
        if (i == rounds / 4) {
          TIMES.clear();
        }
        String id = String.format("%064x", 0xbeef0000L + i);
        latch[0] = new CountDownLatch(1);
        Lease lease = timed("lease", () -> network.lease(id, requests));
        RunRequest request =
            new RunRequest(
                id,
                spec.build(),
                List.of(),
                root,
                Optional.of(lease.namespace()),
                "box",
                empty,
                empty,
                empty,
                List.of(),
                "",
                Optional.empty(),
                Optional.empty());
        long start = System.nanoTime();
        timed("create", () -> runtime.create(request));
        StandardStreams streams = timed("attach", () -> runtime.openStreams(id));
        timed(
            "start",
            () -> {
              runtime.start(id);
              return "";
            });
        timed(
            "start to end of output",
            () -> {
              while (streams.read(new Frames(false, true, true))) {
                // Nothing to see.
              }
              return "";
            });
        timed(
            "end of output to exit",
            () -> {
              latch[0].await();
              return "";
            });
        TIMES
            .computeIfAbsent("create to exit", n -> new ArrayList<>())
            .add((System.nanoTime() - start) / 1e6);
        streams.close();
        timed(
            "delete",
            () -> {
              runtime.delete(id);
              return "";
            });
        timed(
            "release",
            () -> {
              network.release(id);
              return "";
            });
      }
      execs(runtime, root, empty, args[1], rounds, latch);
      print();
    }
    for (String command :
        List.of("ip link del rttm0", "nft delete table ip rttm", "rmdir /sys/fs/cgroup/*/rttm")) {
      new ProcessBuilder("sh", "-c", command).start().waitFor();
    }
    BusyboxRoot.delete(directory);
  }

  private static void execs(
      ConmonRuntime runtime, Path root, Path empty, String name, int rounds, CountDownLatch[] latch)
      throws Exception {
    String id = String.format("%064x", 0xfeed0000L);
    SpecBuilder spec = new SpecBuilder("sleep", "1000");
    spec.runtime = name;
    latch[0] = new CountDownLatch(1);
    runtime.create(
        new RunRequest(
            id,
            spec.build(),
            List.of(),
            root,
            Optional.empty(),
            "box",
            empty,
            empty,
            empty,
            List.of(),
            "",
            Optional.empty(),
            Optional.empty()));
    runtime.start(id);
    for (int i = 0; i < rounds; i++) {
      latch[0] = new CountDownLatch(1);
      String exec = "e" + i;
      ExecRequest request =
          new ExecRequest(
              exec,
              id,
              spec.build(),
              List.of(),
              root,
              List.of("true"),
              List.of(),
              "",
              "",
              false,
              false,
              false,
              0,
              0);
      long start = System.nanoTime();
      ExecHandle handle = timed("exec", () -> runtime.prepareExec(request).run());
      while (handle.streams().orElseThrow().read(new Frames(false, true, true))) {
        // Nothing to see.
      }
      latch[0].await();
      TIMES
          .computeIfAbsent("exec to exit", n -> new ArrayList<>())
          .add((System.nanoTime() - start) / 1e6);
      timed(
          "deleteExec",
          () -> {
            runtime.deleteExec(id, exec);
            return "";
          });
    }
    runtime.delete(id);
  }

  private static void print() {
    TIMES.forEach((name, times) -> {
      Collections.sort(times);
      System.out.printf(
          "%-24s min %6.1f  p50 %6.1f  p90 %6.1f  max %6.1f ms%n",
          name,
          times.getFirst(),
          times.get(times.size() / 2),
          times.get(times.size() * 9 / 10),
          times.getLast());
    });
  }
}
