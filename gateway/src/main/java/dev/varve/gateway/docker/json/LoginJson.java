package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The answer to {@code POST /auth}. */
public record LoginJson(
    @JsonProperty("IdentityToken") String identityToken, @JsonProperty("Status") String status) {}
