package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.application.CgroupPath;
import dev.varve.container.application.ContainerRuntime.Donor;
import dev.varve.container.application.ContainerRuntime.ExecRequest;
import dev.varve.container.application.ContainerRuntime.RunRequest;
import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.container.application.RuntimeSpecs;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.HiddenPaths;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.Namespaces;
import dev.varve.container.domain.ProcessSpec;
import dev.varve.container.domain.Resources;
import dev.varve.container.domain.SecurityOptions;
import dev.varve.eventlog.Problem;
import dev.varve.linux.files.FileCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@link RuntimeSpecs} with Docker's defaults. Thread-safe. */
public final class OciRuntimeSpecs implements RuntimeSpecs {
  private static final String VERSION = "1.0.2";
  private static final int ID_IN_HOSTNAME = 12;
  private static final List<Path> INITS =
      List.of(Path.of("/usr/libexec/podman/catatonit"), Path.of("/usr/bin/catatonit"));
  private static final Path CPUS = Path.of("/sys/devices/system/cpu");

  private final ObjectMapper json = new ObjectMapper();
  private final FileCalls files;
  private final RootFiles rootFiles;
  private final Capabilities capabilities;
  private final SeccompProfile builtIn;
  private final String prefix;
  private final List<String> throttleFiles;

  /**
   * @param boundingSet the engine's own, bit n for capability number n
   * @param prefix the parent of all containers' cgroups
   */
  public OciRuntimeSpecs(FileCalls files, long boundingSet, String prefix) throws IOException {
    this.files = files;
    this.rootFiles = new RootFiles(files);
    this.capabilities = new Capabilities(boundingSet);
    this.builtIn = SeccompProfile.builtIn(json);
    this.prefix = prefix;
    this.throttleFiles = throttleFiles();
  }

  /** Per processor, so only as many as there are. */
  private static List<String> throttleFiles() throws IOException {
    if (!Files.isDirectory(CPUS)) {
      return List.of();
    }
    try (Stream<Path> cpus = Files.list(CPUS)) {
      return cpus.map(cpu -> cpu.resolve("thermal_throttle"))
          .filter(Files::exists)
          .map(Path::toString)
          .sorted()
          .toList();
    }
  }

  @Override
  public byte[] config(RunRequest request, Optional<Path> sharedMemory) throws IOException {
    ContainerSpec spec = request.spec();
    HostSpec host = spec.host();
    SecurityOptions security = SecurityOptions.parse(host.privileges().securityOpt());
    Set<String> granted = capabilities.of(host, host.privileged());
    Path init = host.init().orElse(false) ? init() : null;

    ObjectNode config = json.createObjectNode();
    config.put("ociVersion", VERSION);
    process(request, granted, security, init != null).write(config.putObject("process"));
    config
        .putObject("root")
        .put("path", request.rootPath().toString())
        .put("readonly", host.fileSystems().readonlyRootfs());
    boolean ownUts = !host.namespaces().uts().equals("host");
    if (ownUts) {
      config.put("hostname", request.hostname());
    }
    Mounts.write(config.putArray("mounts"), request, host.privileged(), init, sharedMemory);
    ObjectNode linux = config.putObject("linux");
    if (!request.rootPropagation().isEmpty()) {
      linux.put("rootfsPropagation", request.rootPropagation());
    }
    Sysctls.write(linux.putObject("sysctl"), spec, request.networkNamespace().isPresent());
    linux.put("cgroupsPath", CgroupPath.of(host.cgroupParent(), prefix, request.containerId()));
    ObjectNode resources = linux.putObject("resources");
    Devices devices = new Devices(files, linux.putArray("devices"), resources.putArray("devices"));
    if (host.privileged()) {
      devices.writePrivileged(host.devices());
    } else {
      devices.write(host.devices());
    }
    new CgroupResources(files, resources).write(host.resources());
    namespaces(linux.putArray("namespaces"), request);
    hiddenPaths(linux, host);
    if (!host.annotations().isEmpty()) {
      host.annotations().forEach(config.putObject("annotations")::put);
    }
    if (!host.privileged() && !security.seccompUnconfined()) {
      SeccompProfile profile =
          security.seccompProfile().map(text -> SeccompProfile.parse(json, text)).orElse(builtIn);
      linux.set("seccomp", profile.forCapabilities(granted, json));
    }
    return json.writeValueAsBytes(config);
  }

  private void hiddenPaths(ObjectNode linux, HostSpec host) {
    if (host.privileged()) {
      return;
    }
    HiddenPaths.maskedIn(host)
        .ifPresent(paths -> {
          ArrayNode into = linux.putArray("maskedPaths");
          paths.forEach(into::add);
          if (host.privileges().maskedPaths().isEmpty()) {
            throttleFiles.forEach(into::add);
          }
        });
    HiddenPaths.readOnlyIn(host)
        .ifPresent(paths -> paths.forEach(linux.putArray("readonlyPaths")::add));
  }

  private OciProcess process(
      RunRequest request, Set<String> granted, SecurityOptions security, boolean init)
      throws IOException {
    ProcessSpec process = request.spec().process();
    HostSpec host = request.spec().host();
    String directory = RootFiles.workingDirectory(process.workingDir());
    ContainerUser user = user(request.rootPath(), process.user(), host);
    rootFiles.addKnownFiles(request.rootPath());
    rootFiles.makeWorkingDirectory(request.rootPath(), directory);
    List<String> args = new ArrayList<>();
    if (init) {
      args.add(Mounts.INIT);
      args.add("--");
    }
    args.addAll(process.entrypoint());
    args.addAll(process.cmd());
    if (args.isEmpty()) {
      throw invalid("no command specified");
    }
    return new OciProcess(
        args,
        OciProcess.environment(
            request.hostname(),
            process.tty(),
            user.home(),
            List.of(request.linked(), process.env())),
        directory,
        user,
        process.tty(),
        host.consoleSize().height(),
        host.consoleSize().width(),
        granted,
        security,
        host);
  }

  @Override
  public byte[] process(ExecRequest request) throws IOException {
    ProcessSpec container = request.spec().process();
    HostSpec host = request.spec().host();
    boolean privileged = host.privileged() || request.privileged();
    String user = request.user().isEmpty() ? container.user() : request.user();
    String directory =
        request.workingDir().isEmpty() ? container.workingDir() : request.workingDir();
    ContainerUser who = user(request.rootPath(), user, host);
    String hostname = request.spec().hostname();
    ObjectNode process = json.createObjectNode();
    new OciProcess(
            request.cmd(),
            OciProcess.environment(
                hostname.isEmpty() ? shortened(request.containerId()) : hostname,
                request.tty(),
                who.home(),
                List.of(request.linked(), container.env(), request.env())),
            RootFiles.workingDirectory(directory),
            who,
            request.tty(),
            request.consoleHeight(),
            request.consoleWidth(),
            capabilities.of(host, privileged),
            SecurityOptions.parse(host.privileges().securityOpt()),
            host)
        .write(process);
    return json.writeValueAsBytes(process);
  }

  @Override
  public byte[] resources(Resources resources) throws IOException {
    ObjectNode document = json.createObjectNode();
    new CgroupResources(files, document).write(resources);
    return json.writeValueAsBytes(document);
  }

  private static String shortened(String id) {
    return id.substring(0, Math.min(id.length(), ID_IN_HOSTNAME));
  }

  private ContainerUser user(Path root, String user, HostSpec host) throws IOException {
    return ContainerUser.resolve(
        user,
        host.privileges().groupAdd(),
        rootFiles.read(root, "etc/passwd"),
        rootFiles.read(root, "etc/group"));
  }

  private static Path init() throws RuntimeRefusedException {
    return INITS.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new RuntimeRefusedException(
                127, "exec: \"docker-init\": executable file not found in $PATH"));
  }

  private static void namespaces(ArrayNode namespaces, RunRequest request) {
    HostSpec host = request.spec().host();
    add(namespaces, "mount", null);
    request.networkNamespace().ifPresent(path -> add(namespaces, "network", path));
    Namespaces modes = host.namespaces();
    addUnlessHost(namespaces, "uts", modes.uts(), Optional.empty());
    addUnlessHost(namespaces, "pid", modes.pid(), request.pidDonor());
    addUnlessHost(namespaces, "ipc", modes.ipc(), request.ipcDonor());
    addUnlessHost(namespaces, "cgroup", modes.cgroup(), Optional.empty());
  }

  private static void addUnlessHost(
      ArrayNode namespaces, String type, String mode, Optional<Donor> donor) {
    if (!mode.equals("host")) {
      add(
          namespaces,
          type,
          donor.map(it -> Path.of("/proc", String.valueOf(it.pid()), "ns", type)).orElse(null));
    }
  }

  private static void add(ArrayNode namespaces, String type, @Nullable Path path) {
    ObjectNode namespace = namespaces.addObject();
    namespace.put("type", type);
    if (path != null) {
      namespace.put("path", path.toString());
    }
  }

  private static RuntimeException invalid(String message) {
    return new Problem(Problem.Code.INVALID, message).asException();
  }
}
