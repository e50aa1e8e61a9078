package dev.varve.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plain requests to the registry of an engine, as its user {@code me} if not otherwise said. */
final class RegistryClient {
  private final Engine engine;
  private final Path directory;

  RegistryClient(Engine engine, Path directory) {
    this.engine = engine;
    this.directory = directory;
  }

  /** An answer's head and body. */
  record Answer(int status, String head, String body) {
    /** The first value of a header. */
    String header(String name) {
      return head.lines()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .findFirst()
          .map(line -> line.substring(name.length() + 1).strip())
          .orElse("");
    }
  }

  /** As the user, with more of curl's arguments. */
  Answer ask(String method, String path, String... more) {
    List<String> arguments = new ArrayList<>(List.of("-u", "me:secret"));
    arguments.addAll(List.of(more));
    return anonymous(method, path, arguments.toArray(String[]::new));
  }

  Answer anonymous(String method, String path, String... more) {
    Path head = directory.resolve("head");
    List<String> command = new ArrayList<>(engine.inside());
    command.addAll(List.of("curl", "-s", "--path-as-is", "-D", head.toString()));
    command.addAll(method.equals("HEAD") ? List.of("-I") : List.of("-X", method));
    command.addAll(List.of(more));
    command.add(path.contains("://") ? path : "http://" + engine.registry() + path);
    Shell.Result result = Shell.run(Map.of(), "", command);
    try {
      String text = Files.readString(head);
      String last = text.strip().substring(Math.max(0, text.strip().lastIndexOf("HTTP/1.1 ")));
      return new Answer(Integer.parseInt(last.substring(9, 12)), last, result.out());
    } catch (IOException e) {
      throw new AssertionError("no answer to " + command + ": " + result, e);
    }
  }

  /** A body for {@link #ask}. */
  String[] body(String text, String... headers) {
    try {
      Path file = Files.writeString(directory.resolve("body"), text);
      List<String> arguments = new ArrayList<>(List.of("--data-binary", "@" + file));
      arguments.addAll(List.of("-H", "Content-Type: application/octet-stream"));
      for (String header : headers) {
        arguments.addAll(List.of("-H", header));
      }
      return arguments.toArray(String[]::new);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Uploads in one request; returns the digest. */
  String blob(String repository, String content) {
    String digest = Digests.of(content);
    Answer answer =
        ask("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, body(content));
    if (answer.status() != 201) {
      throw new AssertionError(answer);
    }
    return digest;
  }

  Answer put(String repository, String reference, String mediaType, String manifest) {
    String[] body = body(manifest);
    body[3] = "Content-Type: " + mediaType;
    return ask("PUT", "/v2/" + repository + "/manifests/" + reference, body);
  }

  Optional<String> code(Answer answer) {
    return answer.body().startsWith("{\"errors\":[{\"code\":\"")
        ? Optional.of(answer.body().split("\"")[5])
        : Optional.empty();
  }
}
