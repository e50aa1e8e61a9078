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
import java.util.stream.Stream;

/**
 * The smallest server that gives docker-registry's tokens; a program, since it has to run in the
 * engine's network. Knows {@code me} with {@code secret}, who may do all; others may do nothing.
 * Who logs in gets an identity token, which is as good as the password from then on.
 */
final class TokenServer {
  static final String IDENTITY = "identity-of-me";

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
    boolean posted = exchange.getRequestMethod().equals("POST");
    String form =
        posted
            ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
            : String.valueOf(exchange.getRequestURI().getRawQuery());
    String shown =
        posted
            ? fields(form, "refresh_token").findFirst().orElse("")
            : exchange.getRequestHeaders().getFirst("Authorization");
    String expected =
        posted ? IDENTITY : "Basic " + Base64.getEncoder().encodeToString(bytes("me:secret"));
    if (shown != null && !shown.equals(expected)) {
      send(exchange, 401, "{\"details\":\"incorrect username or password\"}");
      return;
    }
    String access =
        shown == null
            ? ""
            : fields(form, "scope").map(TokenServer::access).collect(Collectors.joining(","));
    String identity =
        fields(form, "offline_token").findFirst().isPresent()
            ? ",\"refresh_token\":\"" + IDENTITY + "\""
            : "";
    try {
      String token = token(access, certificate, key);
      send(
          exchange,
          200,
          "{\"token\":\"%1$s\",\"access_token\":\"%1$s\"%2$s}".formatted(token, identity));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static Stream<String> fields(String form, String name) {
    return Arrays.stream(form.split("&"))
        .filter(field -> field.startsWith(name + "="))
        .map(
            field -> URLDecoder.decode(field.substring(name.length() + 1), StandardCharsets.UTF_8));
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
