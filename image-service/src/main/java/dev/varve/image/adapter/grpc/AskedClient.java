package dev.varve.image.adapter.grpc;

import dev.varve.api.image.v1.BuildAnswer;
import dev.varve.api.image.v1.BuildQuestion;
import dev.varve.api.image.v1.BuildRequest;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import dev.varve.image.application.Credentials;
import dev.varve.image.application.build.BuildClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The client of a build that answers questions: one at a time, on the build's own stream. */
final class AskedClient implements BuildClient {
  private final Inbound<BuildRequest> inbound;
  private final Outbound<Progress> outbound;
  private final ReentrantLock lock = new ReentrantLock();

  AskedClient(Inbound<BuildRequest> inbound, Outbound<Progress> outbound) {
    this.inbound = inbound;
    this.outbound = outbound;
  }

  @Override
  public Credentials credentials(String domain) throws IOException, InterruptedException {
    BuildAnswer answer = ask(BuildQuestion.newBuilder().setCredentials(domain));
    return answer.hasCredentials()
        ? BuildMessages.credentials(answer.getCredentials())
        : Credentials.NONE;
  }

  @Override
  public Optional<byte[]> secret(String id) throws IOException, InterruptedException {
    BuildAnswer answer = ask(BuildQuestion.newBuilder().setSecret(id));
    return answer.hasSecret() ? Optional.of(answer.getSecret().toByteArray()) : Optional.empty();
  }

  @Override
  public Optional<Path> agent(String id) throws IOException, InterruptedException {
    String socket = ask(BuildQuestion.newBuilder().setAgent(id)).getAgentSocket();
    return socket.isEmpty() ? Optional.empty() : Optional.of(Path.of(socket));
  }

  private BuildAnswer ask(BuildQuestion.Builder question) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      outbound.deliver(Progress.newBuilder().setQuestion(question).build());
      BuildRequest message = inbound.next();
      // What the build did not read of the context comes first.
      while (message != null && !message.hasAnswer()) {
        message = inbound.next();
      }
      if (message == null) {
        throw new IOException("the client gave no answer");
      }
      return message.getAnswer();
    } finally {
      lock.unlock();
    }
  }
}
