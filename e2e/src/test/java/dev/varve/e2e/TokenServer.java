package dev.varve.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The smallest server that gives docker-registry's tokens; a program, since it has to run in the
 * engine's network. Knows {@code me} with {@code secret}, who may do all; others may do nothing.
 */
final class TokenServer {
  private TokenServer() {}

  /** Port, certificate, key. */
  public static void main(String[] arguments) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 0);
    Path certificate = Path.of(arguments[1]);
    Path key = Path.of(arguments[2]);
    server.createContext("/token", exchange -> answer(exchange, certificate, key));
    server.start();
  }

  private static void answer(HttpExchange exchange, Path certificate, Path key) throws IOException {
    String shown = exchange.getRequestHeaders().getFirst("Authorization");
    String expected = "Basic " + Base64.getEncoder().encodeToString(bytes("me:secret"));
    if (shown != null && !shown.equals(expected)) {
      send(exchange, 401, "{\"details\":\"incorrect username or password\"}");
      return;
    }
    String access =
        shown == null
            ? ""
            : Arrays.stream(exchange.getRequestURI().getRawQuery().split("&"))
                .filter(field -> field.startsWith("scope="))
                .map(field -> URLDecoder.decode(field.substring(6), StandardCharsets.UTF_8))
                .map(TokenServer::access)
                .collect(Collectors.joining(","));
    try {
      send(exchange, 200, "{\"token\":\"%s\"}".formatted(token(access, certificate, key)));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** {@code repository:NAME:pull,push} as an entry of a token. */
  private static String access(String scope) {
    String[] parts = scope.split(":");
    String actions =
        Arrays.stream(parts[2].split(","))
            .map(action -> "\"" + action + "\"")
            .collect(Collectors.joining(","));
    return "{\"type\":\"%s\",\"name\":\"%s\",\"actions\":[%s]}"
        .formatted(parts[0], parts[1], actions);
  }

  private static String token(String access, Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    long now = Instant.now().getEpochSecond();
    String header =
        "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"%s\"]}".formatted(pem(certificate));
    String claims =
        """
        {"iss":"varve-test","sub":"me","aud":"varve-registry","exp":%d,"nbf":%d,"iat":%d,"jti":"%s","access":[%s]}\
        """
            .formatted(now + 300, now - 10, now, UUID.randomUUID(), access);
    String signed = encoded(bytes(header)) + "." + encoded(bytes(claims));
    PrivateKey secret =
        KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem(key))));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(secret);
    signature.update(bytes(signed));
    return signed + "." + encoded(signature.sign());
  }

  private static String pem(Path file) throws IOException {
    return Files.readString(file).replaceAll("-----[^-]+-----", "").replaceAll("\\s", "");
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, json.length());
    exchange.getResponseBody().write(bytes(json));
    exchange.close();
  }
}
