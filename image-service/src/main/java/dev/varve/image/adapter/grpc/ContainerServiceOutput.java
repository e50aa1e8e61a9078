package dev.varve.image.adapter.grpc;

import dev.varve.api.container.v1.ContainersGrpc;
import dev.varve.api.container.v1.LogPart;
import dev.varve.api.container.v1.LogsRequest;
import dev.varve.image.application.build.RunOutput;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;

/** What containers write, as the container service reads it from their logs. */
public final class ContainerServiceOutput implements RunOutput {
  /** Kind of stream, three zeros, length. */
  private static final int HEADER = 8;

  private static final int STANDARD_ERROR = 2;

  private final ContainersGrpc.ContainersBlockingV2Stub containers;

  public ContainerServiceOutput(Channel channel) {
    this.containers = ContainersGrpc.newBlockingV2Stub(channel);
  }

  @Override
  public void follow(String containerId, Sink sink) throws IOException, InterruptedException {
    LogsRequest request =
        LogsRequest.newBuilder()
            .setId(containerId)
            .setFollow(true)
            .setStdout(true)
            .setStderr(true)
            .setTail(-1)
            .build();
    BlockingClientCall<?, LogPart> call = containers.logs(request);
    try {
      for (LogPart part = call.read(); part != null; part = call.read()) {
        hand(part.getFrames().toByteArray(), sink);
      }
    } catch (StatusException e) {
      throw new IOException(
          "cannot read the output of " + containerId + ": " + e.getStatus().getDescription(), e);
    } finally {
      call.cancel("read to its end", null);
    }
  }

  private static void hand(byte[] frames, Sink sink) {
    int at = 0;
    while (at + HEADER <= frames.length) {
      int length =
          (frames[at + 4] & 0xff) << 24
              | (frames[at + 5] & 0xff) << 16
              | (frames[at + 6] & 0xff) << 8
              | frames[at + 7] & 0xff;
      sink.write(frames[at] == STANDARD_ERROR, frames, at + HEADER, length);
      at += HEADER + length;
    }
  }
}
