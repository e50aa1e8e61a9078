package dev.varve.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Networks that a test makes, and what the engine's host shows of them. */
final class Networks {
  private final Engine engine;
  private final Docker docker;
  private final List<String> made = new ArrayList<>();

  Networks(Engine engine, Docker docker) {
    this.engine = engine;
    this.docker = docker;
  }

  /** Makes a network; gives its name. */
  String create(String name, String... flags) {
    made.add(name);
    List<String> arguments = new ArrayList<>(List.of("network", "create"));
    arguments.addAll(List.of(flags));
    arguments.add(name);
    docker.ok(arguments.toArray(String[]::new));
    return name;
  }

  /** Somebody else may make it, or may have made it. */
  String expect(String name) {
    made.add(name);
    return name;
  }

  /** Removes all that are there still, and the containers before them. */
  void removeAll() {
    docker.removeContainers();
    made.forEach(name -> docker.run("network", "rm", name));
  }

  String bridgeOf(String network) {
    return "br-" + docker.ok("network", "inspect", "-f", "{{.Id}}", network).substring(0, 12);
  }

  String addressOf(String container, String network) {
    return endpoint(container, network, "IPAddress");
  }

  /** One field of what a container's inspection says of its place on a network. */
  String endpoint(String container, String network, String field) {
    return docker.inspect(
        "{{(index .NetworkSettings.Networks \"" + network + "\")." + field + "}}", container);
  }

  /** Names of the links of the engine's host, without what the kernel adds to them. */
  List<String> links() {
    return host("ip", "-br", "link").lines().map(line -> line.split("[ @]")[0]).toList();
  }

  /** The packet rules of networks. */
  String rules() {
    return host("nft", "list", "table", "inet", engine.prefix() + "_networks");
  }

  /** Runs a command where the engine is; it must succeed. */
  String host(String... command) {
    return attempt(command).ok();
  }

  Shell.Result attempt(String... command) {
    List<String> inside = new ArrayList<>(engine.inside());
    inside.addAll(List.of(command));
    return Shell.run(Map.of(), "", inside);
  }
}
