package dev.varve.gateway.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.api.image.v1.BuildOptions;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.Refusal;
import dev.varve.values.container.v1.Resources;
import dev.varve.values.container.v1.Ulimit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of {@code POST /build}. */
public final class BuildQuery {
  private BuildQuery() {}

  /**
   * @param auth credentials by registry host
   * @throws Refusal 400 for what is no parameter's value, 501 for what is not there
   */
  public static BuildOptions options(Query query, ApiVersion version, JsonNode auth)
      throws Refusal {
    if (query.text("version").equals("2")) {
      throw Refusal.notYet("BuildKit");
    }
    if (!query.text("outputs").isEmpty() && !query.text("outputs").equals("null")) {
      throw Refusal.notYet("build with --output");
    }
    BuildOptions.Builder options =
        BuildOptions.newBuilder()
            .setDockerfile(query.text("dockerfile"))
            .addAllTags(query.all("t").stream().filter(tag -> !tag.isEmpty()).toList())
            .addAllExtraHosts(extraHosts(query))
            .setRemote(query.text("remote"))
            .setQuiet(query.flag("q"))
            .setNoCache(query.flag("nocache"))
            .addAllCacheFrom(strings(query, "cachefrom"))
            .setPull(query.flag("pull"))
            .setKeepContainers(!query.flag("rm", true) && !query.flag("forcerm"))
            .putAllArgs(map(query, "buildargs"))
            .putAllLabels(map(query, "labels"))
            .setNetworkMode(query.text("networkmode"))
            .setPlatform(query.text("platform"))
            .setTarget(query.text("target"))
            .setSquash(query.flag("squash"))
            .setId(query.text("buildid"))
            .setResources(resources(query))
            .setShmSize(number(query, "shmsize"))
            .addAllUlimits(ulimits(query))
            .setCgroupParent(query.text("cgroupparent"))
            .addAllSecurityOpt(query.all("securityopt"))
            .setIsolation(isolation(query));
    for (Map.Entry<String, JsonNode> entry : auth.properties()) {
      options.putAuth(entry.getKey(), RegistryAuthHeader.of(entry.getValue()));
    }
    return options.build();
  }

  /**
   * @throws Refusal 400 when it is another than Linux has
   */
  private static String isolation(Query query) throws Refusal {
    String isolation = query.text("isolation");
    if (!isolation.isEmpty() && !isolation.equalsIgnoreCase("default")) {
      throw Refusal.badRequest("Unsupported isolation: \"" + isolation + "\"");
    }
    return isolation;
  }

  private static Resources resources(Query query) throws Refusal {
    return Resources.newBuilder()
        .setMemory(number(query, "memory"))
        .setMemorySwap(number(query, "memswap"))
        .setCpuShares(number(query, "cpushares"))
        .setCpuPeriod(number(query, "cpuperiod"))
        .setCpuQuota(number(query, "cpuquota"))
        .setCpusetCpus(query.text("cpusetcpus"))
        .setCpusetMems(query.text("cpusetmems"))
        .build();
  }

  /** Go's {@code Int64ValueOrZero}: what is no number counts as none. */
  private static long number(Query query, String key) {
    try {
      return query.text(key).isEmpty() ? 0 : Long.parseLong(query.text(key));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Each one a value, or several of them with commas between. */
  private static List<String> extraHosts(Query query) {
    List<String> hosts = new ArrayList<>();
    for (String value : query.all("extrahosts")) {
      for (String host : value.split(",", -1)) {
        if (!host.isBlank()) {
          hosts.add(host.strip());
        }
      }
    }
    return hosts;
  }

  private static List<String> strings(Query query, String key) throws Refusal {
    List<String> strings = new ArrayList<>();
    for (JsonNode element : json(query, key)) {
      if (!element.isTextual()) {
        throw Refusal.badRequest("invalid " + key + ": not a list of strings");
      }
      strings.add(element.textValue());
    }
    return strings;
  }

  /** A value that is null stands for the default, which is the same as nothing said. */
  private static Map<String, String> map(Query query, String key) throws Refusal {
    JsonNode node = json(query, key);
    Map<String, String> map = new LinkedHashMap<>();
    if (!node.isObject() && !node.isNull() && !node.isMissingNode()) {
      throw Refusal.badRequest("error reading " + key + ": not an object");
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (entry.getValue().isTextual()) {
        map.put(entry.getKey(), entry.getValue().textValue());
      } else if (!entry.getValue().isNull()) {
        throw Refusal.badRequest("error reading " + key + ": not an object of strings");
      }
    }
    return map;
  }

  private static List<Ulimit> ulimits(Query query) throws Refusal {
    List<Ulimit> ulimits = new ArrayList<>();
    for (JsonNode node : json(query, "ulimits")) {
      ulimits.add(
          Ulimit.newBuilder()
              .setName(node.path("Name").asText(""))
              .setSoft(node.path("Soft").asLong())
              .setHard(node.path("Hard").asLong())
              .build());
    }
    return ulimits;
  }

  private static JsonNode json(Query query, String key) throws Refusal {
    String text = query.text(key);
    return Json.parse((text.isEmpty() ? "null" : text).getBytes(StandardCharsets.UTF_8));
  }
}
