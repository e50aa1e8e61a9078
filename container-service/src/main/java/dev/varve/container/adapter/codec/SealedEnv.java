package dev.varve.container.adapter.codec;

import com.google.protobuf.ByteString;
import dev.varve.container.application.Sealing;
import dev.varve.container.application.Sealing.Box;
import dev.varve.container.domain.Secret;
import dev.varve.events.container.v1.Sealed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Environments as one sealed text, its entries separated by NUL, which none can contain. */
final class SealedEnv {
  private final Sealing sealing;

  SealedEnv(Sealing sealing) {
    this.sealing = sealing;
  }

  Sealed seal(List<Secret> env) {
    Box box = box(env);
    return Sealed.newBuilder()
        .setKeyId(box.keyId())
        .setNonce(ByteString.copyFrom(box.nonce()))
        .setCiphertext(ByteString.copyFrom(box.ciphertext()))
        .build();
  }

  List<Secret> open(Sealed sealed) {
    return sealed.getCiphertext().isEmpty()
        ? List.of()
        : open(
            new Box(
                sealed.getKeyId(),
                sealed.getNonce().toByteArray(),
                sealed.getCiphertext().toByteArray()));
  }

  Box box(List<Secret> env) {
    String text = env.stream().map(Secret::value).collect(Collectors.joining("\0"));
    return sealing.seal(text.getBytes(StandardCharsets.UTF_8));
  }

  List<Secret> open(Box box) {
    String text = new String(sealing.open(box), StandardCharsets.UTF_8);
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split("\0", -1)).map(Secret::new).toList();
  }
}
