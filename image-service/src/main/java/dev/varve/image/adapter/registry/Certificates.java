package dev.varve.image.adapter.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * What one registry's directory of certificates says: each {@code *.crt} is an authority to trust
 * beside the system's, each {@code *.cert} with its {@code *.key} is shown to the registry.
 */
final class Certificates {
  private static final char[] NO_PASSWORD = {};

  private Certificates() {}

  /** The files that count, in a fixed order. */
  static List<Path> files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().matches(".*\\.(crt|cert|key)")).sorted().toList();
    }
  }

  static SSLContext context(List<Path> files, boolean anyServer) throws IOException {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(clientKeys(files), NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager[] trust =
          anyServer ? new TrustManager[] {new AnyServer()} : trusted(files).getTrustManagers();
      context.init(keys.getKeyManagers(), trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "the certificates of " + files + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static TrustManagerFactory trusted(List<Path> files)
      throws IOException, GeneralSecurityException {
    TrustManagerFactory system =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    system.init((KeyStore) null);
    KeyStore store = empty();
    int count = 0;
    for (TrustManager manager : system.getTrustManagers()) {
      if (manager instanceof X509TrustManager known) {
        for (X509Certificate issuer : known.getAcceptedIssuers()) {
          store.setCertificateEntry("system-" + count++, issuer);
        }
      }
    }
    for (Path file : files) {
      if (file.toString().endsWith(".crt")) {
        for (Certificate certificate : certificates(file)) {
          store.setCertificateEntry("own-" + count++, certificate);
        }
      }
    }
    TrustManagerFactory all =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    all.init(store);
    return all;
  }

  private static KeyStore clientKeys(List<Path> files)
      throws IOException, GeneralSecurityException {
    KeyStore store = empty();
    for (Path file : files) {
      if (file.toString().endsWith(".cert")) {
        Path key = Path.of(file.toString().replaceAll("\\.cert$", ".key"));
        if (!files.contains(key)) {
          throw new IOException("missing key " + key + " for client certificate " + file);
        }
        store.setKeyEntry(
            file.toString(), key(key), NO_PASSWORD, certificates(file).toArray(Certificate[]::new));
      }
    }
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    String pem = Files.readString(file, StandardCharsets.US_ASCII);
    int begin = pem.indexOf("-----BEGIN PRIVATE KEY-----");
    int end = pem.indexOf("-----END PRIVATE KEY-----");
    if (begin < 0 || end < begin) {
      throw new IOException(
          file + " is no PKCS #8 key; 'openssl pkcs8 -topk8 -nocrypt -in FILE' makes it one");
    }
    byte[] der =
        Base64.getMimeDecoder().decode(pem.substring(pem.indexOf('\n', begin), end).strip());
    GeneralSecurityException last = new GeneralSecurityException("unknown kind of key");
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw last;
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  /** For registries that the operator declared insecure: as good as plain HTTP, and no worse. */
  private static final class AnyServer extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
