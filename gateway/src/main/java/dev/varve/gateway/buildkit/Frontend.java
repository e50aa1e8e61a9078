package dev.varve.gateway.buildkit;

import dev.varve.api.buildkit.frontend.EvaluateRequest;
import dev.varve.api.buildkit.frontend.EvaluateResponse;
import dev.varve.api.buildkit.frontend.LLBBridgeGrpc;
import dev.varve.api.buildkit.frontend.PingRequest;
import dev.varve.api.buildkit.frontend.PongResponse;
import dev.varve.api.buildkit.frontend.Ref;
import dev.varve.api.buildkit.frontend.Result;
import dev.varve.api.buildkit.frontend.ReturnRequest;
import dev.varve.api.buildkit.frontend.ReturnResponse;
import dev.varve.api.buildkit.frontend.SolveRequest;
import dev.varve.api.buildkit.frontend.SolveResponse;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;

/**
 * The part of a build that its client drives: it asks for the Dockerfile's frontend, and returns
 * what came of it. On virtual threads.
 */
final class Frontend extends LLBBridgeGrpc.LLBBridgeImplBase {
  private static final Metadata.Key<String> BUILD = Session.key("buildkit-controlapi-buildid");
  private static final Context.Key<String> CURRENT = Context.keyWithDefault("buildkit-build", "");

  private final Solves solves;
  private final String engine;

  private Frontend(Solves solves, String engine) {
    this.solves = solves;
    this.engine = engine;
  }

  static ServerServiceDefinition service(Solves solves, String engine) {
    return ServerInterceptors.intercept(new Frontend(solves, engine), new WhichBuild());
  }

  /** Clients say in the metadata which build a call belongs to. */
  private static final class WhichBuild implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      String build = headers.get(BUILD);
      return Contexts.interceptCall(
          Context.current().withValue(CURRENT, build == null ? "" : build), call, headers, next);
    }
  }

  private Solve current() throws InterruptedException, StatusException {
    return solves.open(CURRENT.get());
  }

  @Override
  public void ping(PingRequest request, StreamObserver<PongResponse> responses) {
    Faults.answer(
        responses,
        () -> {
          var _ = current();
          return PongResponse.newBuilder()
              .addAllFrontendCaps(Worker.frontendCaps())
              .addAllLlbCaps(Worker.graphCaps())
              .addWorkers(Worker.record(engine, ""))
              .build();
        });
  }

  @Override
  public void solve(SolveRequest request, StreamObserver<SolveResponse> responses) {
    Faults.answer(
        responses,
        () -> {
          Solve solve = current();
          if (!request.getDefinition().isEmpty() || !request.getFrontendInputsMap().isEmpty()) {
            throw Faults.of(
                "a graph of BuildKit's own (LLB) cannot be built here, nor one target of a bake"
                    + " file from another's result: the engine builds Dockerfiles");
          }
          solves.run(solve, request.getFrontend(), request.getFrontendOptMap());
          return SolveResponse.newBuilder()
              .setResult(
                  Result.newBuilder().setRef(Ref.newBuilder().setId(solve.request().getRef())))
              .build();
        });
  }

  /** Was done when it was solved. */
  @Override
  public void evaluate(EvaluateRequest request, StreamObserver<EvaluateResponse> responses) {
    Faults.answer(responses, EvaluateResponse::getDefaultInstance);
  }

  @Override
  public void return_(ReturnRequest request, StreamObserver<ReturnResponse> responses) {
    Faults.answer(
        responses,
        () -> {
          Solve solve = current();
          if (request.getError().isEmpty()) {
            solve.complete();
          } else {
            solve.fail(
                StatusProto.toStatusException(com.google.rpc.Status.parseFrom(request.getError())));
          }
          return ReturnResponse.getDefaultInstance();
        });
  }
}
