package dev.varve.gateway.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.api.container.v1.UpdateRequest;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Refusal;

/**
 * The body of {@code POST /containers/{id}/update}: resources and a restart policy. What else of
 * the resources an update cannot change is ignored, as Docker does.
 */
public final class UpdateBody {
  private UpdateBody() {}

  /**
   * @throws Refusal 400 for what is malformed
   */
  public static UpdateRequest parse(String id, JsonNode body, ApiVersion version) throws Refusal {
    Fields fields = Fields.of("", body);
    UpdateRequest.Builder request =
        UpdateRequest.newBuilder().setId(id).setResources(ResourcesBody.ofUpdate(fields, version));
    Fields restart = fields.object("RestartPolicy");
    String policy = restart.text("Name");
    if (!policy.isEmpty()) {
      request.setRestartPolicy(policy).setRestartMaxRetries(restart.integer("MaximumRetryCount"));
    }
    return request.build();
  }
}
