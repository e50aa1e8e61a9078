package dev.varve.gateway.fake;

import com.google.protobuf.ByteString;
import dev.varve.api.image.v1.BuildAnswer;
import dev.varve.api.image.v1.BuildOptions;
import dev.varve.api.image.v1.BuildQuestion;
import dev.varve.api.image.v1.BuildRequest;
import dev.varve.api.image.v1.BuildStep;
import dev.varve.api.image.v1.BuildStepEnd;
import dev.varve.api.image.v1.BuildsGrpc;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A builder of one step. It asks for a secret; a target named {@code endless} is never reached, one
 * named {@code failing} fails at the second line, one named {@code chatty} says much.
 */
public final class FakeBuilds extends BuildsGrpc.BuildsImplBase {
  /** How often a step says 64 KiB. */
  public static final int CHATTER = 300;

  public static final String IMAGE = "sha256:" + "5".repeat(64);

  public final CompletableFuture<BuildOptions> options = new CompletableFuture<>();
  public final CompletableFuture<BuildAnswer> answer = new CompletableFuture<>();
  public final AtomicLong contextBytes = new AtomicLong();
  public final CountDownLatch cancelled = new CountDownLatch(1);

  @Override
  public StreamObserver<BuildRequest> build(StreamObserver<Progress> responses) {
    Inbound<BuildRequest> inbound = new Inbound<>(responses);
    Outbound<Progress> outbound = new Outbound<>(responses);
    Thread.startVirtualThread(() -> {
      try {
        build(inbound, outbound);
      } catch (IOException e) {
        cancelled.countDown();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    return inbound;
  }

  private void build(Inbound<BuildRequest> inbound, Outbound<Progress> outbound)
      throws IOException, InterruptedException {
    @Nullable BuildRequest request = inbound.next();
    BuildOptions asked = request == null ? BuildOptions.getDefaultInstance() : request.getOptions();
    options.complete(asked);
    request = inbound.next();
    while (request != null && !request.hasContextEnd()) {
      contextBytes.addAndGet(request.getData().size());
      request = inbound.next();
    }
    step(outbound, BuildStep.newBuilder().setBegun("[1/1] RUN it"));
    if (asked.getTarget().equals("chatty")) {
      for (int i = 0; i < CHATTER; i++) {
        step(outbound, BuildStep.newBuilder().setOutput(ByteString.copyFrom(new byte[64 << 10])));
      }
    }
    if (asked.getTarget().equals("endless")) {
      request = inbound.next();
      return;
    }
    if (asked.getTarget().equals("failing")) {
      step(outbound, BuildStep.newBuilder().setEnd(BuildStepEnd.newBuilder().setError("no")));
      outbound.send(
          Progress.newBuilder().setError("it failed").setFirstLine(2).setLastLine(2).build());
      outbound.complete();
      return;
    }
    outbound.send(
        Progress.newBuilder().setQuestion(BuildQuestion.newBuilder().setSecret("s")).build());
    request = inbound.next();
    answer.complete(request == null ? BuildAnswer.getDefaultInstance() : request.getAnswer());
    step(outbound, BuildStep.newBuilder().setEnd(BuildStepEnd.newBuilder().setCached(true)));
    outbound.send(Progress.newBuilder().setBuilt(IMAGE).build());
    outbound.complete();
  }

  private static void step(Outbound<Progress> outbound, BuildStep.Builder step)
      throws InterruptedException {
    outbound.send(Progress.newBuilder().setStep(step.setNumber(1)).build());
  }
}
