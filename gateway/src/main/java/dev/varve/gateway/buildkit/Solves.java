package dev.varve.gateway.buildkit;

import dev.varve.api.buildkit.control.SolveRequest;
import dev.varve.api.transport.CallContext;
import io.grpc.Channel;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The builds that clients have open.
 *
 * @param agentSockets directory of those that live as long as a build
 * @param byRef of all clients
 * @param caller for whom those are made that are asked for here
 */
record Solves(
    Channel images,
    Channel containers,
    Path agentSockets,
    Awaited<Session> sessions,
    Awaited<Solve> byRef,
    CallContext caller) {

  /** May be over already: its status can still be read. */
  Solve get(String ref) throws InterruptedException, StatusException {
    return byRef.get(ref);
  }

  /** One that is not over. */
  Solve open(String ref) throws InterruptedException, StatusException {
    Solve solve = get(ref);
    if (solve.isOver()) {
      throw Faults.of("the build " + ref + " is over");
    }
    return solve;
  }

  /** Lasts until its client has its result. */
  Map<String, String> carryOut(SolveRequest request)
      throws IOException, InterruptedException, StatusException {
    Solve solve = new Solve(request);
    byRef.put(request.getRef(), solve);
    try {
      if (!request.getFrontend().isEmpty()) {
        run(solve, request.getFrontend(), request.getFrontendAttrsMap());
        solve.complete();
      }
      return solve.await();
    } finally {
      solve.end();
      byRef.removeLater(request.getRef());
    }
  }

  void run(Solve solve, String frontend, Map<String, String> attributes)
      throws IOException, InterruptedException, StatusException {
    if (!frontend.equals(FrontendOptions.FRONTEND)) {
      throw Faults.of("frontend " + frontend + " is not there: the engine builds Dockerfiles");
    }
    FrontendOptions options = FrontendOptions.of(attributes);
    Session session = sessions.get(solve.request().getSession());
    try (AgentSockets agents = new AgentSockets(agentSockets, session)) {
      new FrontendRun(images, caller, session, agents, solve, options).run();
    }
  }
}
