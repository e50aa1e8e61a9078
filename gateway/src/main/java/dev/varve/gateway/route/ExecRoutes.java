package dev.varve.gateway.route;

import com.google.protobuf.UnsafeByteOperations;
import dev.varve.api.container.v1.AttachResponse;
import dev.varve.api.container.v1.Exec;
import dev.varve.api.container.v1.ExecCreateRequest;
import dev.varve.api.container.v1.ExecInspectRequest;
import dev.varve.api.container.v1.ExecStartOptions;
import dev.varve.api.container.v1.ExecStartRequest;
import dev.varve.gateway.docker.Fields;
import dev.varve.gateway.docker.Frames;
import dev.varve.gateway.docker.json.ExecJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import dev.varve.gateway.http.StreamConnection;
import io.grpc.stub.BlockingClientCall;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Further processes in a running container. */
final class ExecRoutes {
  private final Services services;

  ExecRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/containers/{id}/exec", this::create);
    routes.add("POST", "/exec/{id}/start", this::start);
    routes.add("POST", "/exec/{id}/resize", this::resize);
    routes.add("GET", "/exec/{id}/json", this::inspect);
  }

  private void create(Exchange exchange) throws Exception {
    Fields body = Fields.of("", exchange.requiredJson());
    List<String> cmd = body.words("Cmd");
    if (cmd.isEmpty()) {
      throw Refusal.badRequest("No exec command specified");
    }
    ExecCreateRequest request =
        ExecCreateRequest.newBuilder()
            .setId(exchange.name("id"))
            .addAllCmd(cmd)
            .addAllEnv(body.texts("Env"))
            .setWorkingDir(body.text("WorkingDir"))
            .setUser(body.text("User"))
            .setTty(body.flag("Tty"))
            .setAttachStdin(body.flag("AttachStdin"))
            .setAttachStdout(body.flag("AttachStdout"))
            .setAttachStderr(body.flag("AttachStderr"))
            .setPrivileged(body.flag("Privileged"))
            .setDetachKeys(body.text("DetachKeys"))
            .build();
    String id = services.containers(exchange).execCreate(request).getExecId();
    exchange.json(201, Map.of("Id", id));
  }

  private void start(Exchange exchange) throws Exception {
    Fields body = Fields.of("", exchange.json());
    boolean detach = body.flag("Detach");
    ExecStartOptions.Builder options =
        ExecStartOptions.newBuilder()
            .setExecId(exchange.name("id"))
            .setDetach(detach)
            .setTty(body.flag("Tty"));
    List<Integer> size = body.integers("ConsoleSize");
    if (size.size() == 2 && exchange.version().atLeast(42)) {
      options.setConsoleHeight(size.getFirst()).setConsoleWidth(size.getLast());
    }
    BlockingClientCall<ExecStartRequest, AttachResponse> call =
        Services.tied(exchange, services.containers(exchange).execStart());
    call.write(ExecStartRequest.newBuilder().setOptions(options).build());
    if (detach) {
      call.halfClose();
      while (call.read() != null) {
        // The stream's end says that the process runs.
      }
      exchange.status(200);
      return;
    }
    boolean tty = AttachRoutes.attached(call);
    StreamConnection connection = exchange.takeOver(AttachRoutes.contentType(exchange, tty), true);
    new StreamPump<>(
            call,
            tty,
            true,
            bytes ->
                ExecStartRequest.newBuilder()
                    .setStdin(UnsafeByteOperations.unsafeWrap(bytes))
                    .build(),
            ExecStartRequest.newBuilder().setStdinClosed(true).build(),
            Frames.STDOUT)
        .run(connection);
  }

  private void resize(Exchange exchange) throws Exception {
    var ignored = services.containers(exchange).execResize(Sizes.parse(exchange));
    exchange.status(200);
  }

  private void inspect(Exchange exchange) throws Exception {
    Exec exec =
        services
            .containers(exchange)
            .execInspect(ExecInspectRequest.newBuilder().setExecId(exchange.name("id")).build());
    List<String> cmd = exec.getCmdList();
    exchange.json(
        200,
        new ExecJson(
            exec.getExecId(),
            exec.getRunning(),
            exec.hasExitCode() ? exec.getExitCode() : null,
            new ExecJson.Process(
                exec.getTty(),
                cmd.isEmpty() ? "" : cmd.getFirst(),
                cmd.isEmpty() ? List.of() : cmd.subList(1, cmd.size()),
                exec.getPrivileged(),
                exec.getUser()),
            exec.getOpenStdin(),
            exec.getOpenStderr(),
            exec.getOpenStdout(),
            !exec.getRunning() && exec.hasExitCode(),
            exec.getContainerId(),
            Base64.getEncoder()
                .encodeToString(exec.getDetachKeys().getBytes(StandardCharsets.UTF_8)),
            exec.getPid()));
  }
}
