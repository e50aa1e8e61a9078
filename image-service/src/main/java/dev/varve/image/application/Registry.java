package dev.varve.image.application;

import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Registries, as the OCI distribution specification has them.
 *
 * <p>All methods block and may be interrupted. They throw {@link RegistryException} for what a
 * registry does or fails to do; what they return is not to be believed before its digest was
 * compared, except manifests, whose digest they compare themselves.
 */
public interface Registry {

  /**
   * Finds the registry, or a mirror of it, that answers.
   *
   * @param name any reference into the repository
   */
  Repository pullFrom(Reference name, Credentials credentials) throws IOException;

  /** Finds the registry itself. */
  Repository pushTo(Reference name, Credentials credentials) throws IOException;

  /**
   * Shows credentials to a registry.
   *
   * @param server as a person wrote it
   * @return a token to be kept instead of the password; empty when the registry gives none
   */
  String login(String server, Credentials credentials) throws IOException;

  /** One repository of a registry, for one undertaking. Any thread. */
  interface Repository {
    List<String> tags() throws IOException;

    /**
     * What a tag or digest names, without its bytes; empty when the registry only tells together
     * with the bytes.
     */
    Optional<Descriptor> head(String tagOrDigest) throws IOException;

    /** A manifest or an index whose bytes match the digest that it was asked for by, or claims. */
    RemoteManifest manifest(String tagOrDigest) throws IOException;

    /**
     * Opens a blob. A connection that breaks is taken up again where it broke; reading ends with an
     * error when there are fewer or more bytes than the descriptor says.
     */
    InputStream blob(Descriptor blob) throws IOException;

    boolean has(Digest blob) throws IOException;

    /** Lets the registry take a blob from another of its repositories; false when it does not. */
    boolean mount(Digest blob, String fromRepository) throws IOException;

    /** Uploads a blob whose digest and size are known. */
    void upload(Descriptor blob, BlobBytes bytes) throws IOException;

    /** Uploads what is known when it is written: its bytes come packed from the source. */
    Descriptor uploadPacked(String mediaType, PackedBytes bytes) throws IOException;

    /**
     * @return what the registry has now
     */
    Digest put(String tag, String mediaType, byte[] manifest) throws IOException;
  }

  /** A manifest as it came. */
  @SuppressWarnings("ArrayRecordComponent") // never compared: the digest stands for the bytes
  record RemoteManifest(String mediaType, Digest digest, byte[] bytes) {}

  /** Opens the same bytes again for each attempt. */
  @FunctionalInterface
  interface BlobBytes {
    InputStream open() throws IOException;
  }

  /** Opens bytes for one attempt; knows what they were when they have been read to their end. */
  interface PackedBytes {
    InputStream open() throws IOException;

    Digest digest();

    long size();
  }
}
