package dev.varve.container.adapter.codec;

import dev.varve.container.application.Sealing;
import dev.varve.container.application.Sealing.Box;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.DomainState;
import dev.varve.container.domain.Endpoints;
import dev.varve.container.domain.Exec;
import dev.varve.container.domain.Lease;
import dev.varve.container.domain.NameClaim;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkName;
import dev.varve.container.domain.Node;
import dev.varve.container.domain.Secret;
import dev.varve.eventlog.StateCodec;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/** States as another codec writes them, but with their secrets sealed: a database is no safe. */
public final class SealedStates implements StateCodec<DomainState> {
  private final StateCodec<DomainState> plain;
  private final SealedEnv env;

  public SealedStates(StateCodec<DomainState> plain, Sealing sealing) {
    this.plain = plain;
    this.env = new SealedEnv(sealing);
  }

  @Override
  public int version() {
    return plain.version();
  }

  @Override
  public String encode(DomainState state) {
    return plain.encode(with(state, this::seal));
  }

  @Override
  public DomainState decode(String json) {
    return with(plain.decode(json), this::open);
  }

  private static DomainState with(DomainState state, UnaryOperator<List<Secret>> change) {
    return switch (state) {
      case Container it ->
          it.with(
              it.spec().with(it.spec().process().with(change.apply(it.spec().process().env()))));
      case Exec it -> it.with(it.spec().with(change.apply(it.spec().env())));
      case NameClaim _, Network _, NetworkName _, Endpoints _, Lease _, Node _ -> state;
    };
  }

  private List<Secret> seal(List<Secret> secrets) {
    if (secrets.isEmpty()) {
      return secrets;
    }
    Box box = env.box(secrets);
    Base64.Encoder base64 = Base64.getEncoder();
    return List.of(
        new Secret(
            box.keyId()
                + ":"
                + base64.encodeToString(box.nonce())
                + ":"
                + base64.encodeToString(box.ciphertext())));
  }

  private List<Secret> open(List<Secret> secrets) {
    if (secrets.isEmpty()) {
      return secrets;
    }
    String[] parts = secrets.getFirst().value().split(":", -1);
    Base64.Decoder base64 = Base64.getDecoder();
    return env.open(new Box(parts[0], base64.decode(parts[1]), base64.decode(parts[2])));
  }
}
