package dev.varve.gateway.buildkit;

import dev.varve.api.buildkit.session.AuthGrpc;
import dev.varve.api.buildkit.session.CheckAgentRequest;
import dev.varve.api.buildkit.session.CredentialsRequest;
import dev.varve.api.buildkit.session.CredentialsResponse;
import dev.varve.api.buildkit.session.GetSecretRequest;
import dev.varve.api.buildkit.session.SSHGrpc;
import dev.varve.api.buildkit.session.SecretsGrpc;
import dev.varve.api.image.v1.BuildAnswer;
import dev.varve.api.image.v1.BuildQuestion;
import dev.varve.api.image.v1.RegistryAuth;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;

/** Asks the client's session what the builder wants to know. */
final class ClientAnswers {
  /** As much as BuildKit takes of a secret. */
  private static final int MOST_SECRET = 500 << 10;

  private final Session session;
  private final AgentSockets agents;

  ClientAnswers(Session session, AgentSockets agents) {
    this.session = session;
    this.agents = agents;
  }

  BuildAnswer to(BuildQuestion question) throws IOException, InterruptedException, StatusException {
    return switch (question.getWhatCase()) {
      case CREDENTIALS -> credentials(question.getCredentials());
      case SECRET -> secret(question.getSecret());
      case AGENT -> agent(question.getAgent());
      case WHAT_NOT_SET -> BuildAnswer.getDefaultInstance();
    };
  }

  /** A client without credentials, or one that does not tell, has none: the registry decides. */
  private BuildAnswer credentials(String domain) throws InterruptedException {
    if (!session.offers(AuthGrpc.getCredentialsMethod())) {
      return BuildAnswer.getDefaultInstance();
    }
    String host = domain.equals("docker.io") ? "registry-1.docker.io" : domain;
    try {
      CredentialsResponse known =
          session.auth().credentials(CredentialsRequest.newBuilder().setHost(host).build());
      RegistryAuth.Builder auth = RegistryAuth.newBuilder();
      if (known.getUsername().isEmpty()) {
        auth.setIdentityToken(known.getSecret());
      } else {
        auth.setUsername(known.getUsername()).setPassword(known.getSecret());
      }
      return BuildAnswer.newBuilder().setCredentials(auth).build();
    } catch (StatusException e) {
      return BuildAnswer.getDefaultInstance();
    }
  }

  private BuildAnswer secret(String id) throws InterruptedException, StatusException {
    if (!session.offers(SecretsGrpc.getGetSecretMethod())) {
      return BuildAnswer.getDefaultInstance();
    }
    try {
      var data =
          session.secrets().getSecret(GetSecretRequest.newBuilder().setId(id).build()).getData();
      if (data.size() > MOST_SECRET) {
        throw Faults.of("secret " + id + " is larger than " + MOST_SECRET + " bytes");
      }
      return BuildAnswer.newBuilder().setSecret(data).build();
    } catch (StatusException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return BuildAnswer.getDefaultInstance();
      }
      throw e;
    }
  }

  private BuildAnswer agent(String id) throws IOException, InterruptedException {
    if (!session.offers(SSHGrpc.getCheckAgentMethod())) {
      return BuildAnswer.getDefaultInstance();
    }
    try {
      var _ =
          session
              .agents(new Metadata())
              .checkAgent(CheckAgentRequest.newBuilder().setId(id).build());
      return BuildAnswer.newBuilder().setAgentSocket(agents.of(id).toString()).build();
    } catch (StatusException e) {
      return BuildAnswer.getDefaultInstance();
    }
  }
}
