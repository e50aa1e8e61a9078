package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.ProblemException;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.SnapshotState.VolumePresent;
import dev.varve.snapshot.domain.Volume;
import dev.varve.snapshot.domain.VolumeRules;
import dev.varve.snapshot.domain.VolumeUse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/** What people ask of volumes: to make them, to see them, to remove them. */
public final class Volumes {
  private static final Logger LOG = Logger.getLogger(Volumes.class);

  private final Facts facts;
  private final VolumeKeeper keeper;
  private final VolumeClaims claims;

  public Volumes(Facts facts, VolumeKeeper keeper, VolumeClaims claims) {
    this.facts = facts;
    this.keeper = keeper;
    this.claims = claims;
  }

  /**
   * A volume, and who has it.
   *
   * @param users ids of containers
   * @param size only when it was asked for and is known
   */
  public record Listed(VolumePresent present, Path data, List<String> users, OptionalLong size) {
    public Listed {
      users = List.copyOf(users);
    }
  }

  /**
   * @param name empty for one that is made up
   * @param driver empty for the default
   */
  public Listed create(
      Cause cause,
      String name,
      String driver,
      Map<String, String> options,
      Map<String, String> labels)
      throws IOException {
    String chosen = name.isEmpty() ? keeper.newName() : name;
    String by = driver.isEmpty() ? Volume.LOCAL : driver;
    if (!keeper.isKnown(chosen)) {
      VolumeKeeper.refuse(chosen, by, options);
    }
    Map<String, String> all = new HashMap<>(labels);
    if (name.isEmpty()) {
      all.put(Volume.ANONYMOUS_LABEL, "");
    }
    Volume wanted = new Volume(chosen, by, all, options, "");
    if (wanted.lease().isPresent()) {
      facts.catchUpContainers();
      refuseUnderLeaseThatIsOver(wanted);
    }
    Volume ignored = keeper.holding(chosen, () -> keeper.ensure(wanted, cause));
    // What the end of a lease does may have been done before the volume was there.
    claims.removeIfLeaseIsOver(chosen, cause);
    refuseUnderLeaseThatIsOver(wanted);
    return find(chosen);
  }

  private void refuseUnderLeaseThatIsOver(Volume wanted) {
    wanted
        .lease()
        .filter(facts::isLeaseOver)
        .map(lease -> VolumeRules.leaseOver(lease).asException())
        .ifPresent(refusal -> {
          throw refusal;
        });
  }

  public Listed inspect(Cause cause, String name) throws IOException, InterruptedException {
    claims.settle(cause);
    return find(name);
  }

  private Listed find(String name) {
    return keeper
        .find(name)
        .filter(present -> !present.removing())
        .map(present -> listed(present, keeper.usersOf(name)))
        .orElseThrow(() -> VolumeRules.noSuchVolume(name).asException());
  }

  /** Ordered by name. */
  public List<Listed> list(Cause cause, boolean size) throws IOException, InterruptedException {
    claims.settle(cause);
    List<VolumePresent> present = keeper.present();
    if (size) {
      keeper.sizes().refresh(present.stream().map(it -> it.volume().name()).toList());
    }
    Map<String, List<String>> users = new HashMap<>();
    for (Container container : facts.containers()) {
      for (VolumeUse use : container.volumes()) {
        users.computeIfAbsent(use.name(), _ -> new ArrayList<>()).add(container.id());
      }
    }
    return present.stream()
        .map(it -> listed(it, users.getOrDefault(it.volume().name(), List.of())))
        .toList();
  }

  private Listed listed(VolumePresent present, List<String> users) {
    String name = present.volume().name();
    List<String> once = users.stream().distinct().sorted().toList();
    return new Listed(present, keeper.data(name), once, keeper.sizes().last(name));
  }

  /**
   * @param force none of that name is success
   */
  public void remove(Cause cause, String name, boolean force)
      throws IOException, InterruptedException {
    claims.settle(cause);
    if (force && !keeper.isKnown(name)) {
      return;
    }
    keeper.holding(
        name,
        () -> {
          facts.catchUpContainers();
          keeper.remove(name, cause);
          return name;
        });
  }

  public record Pruned(List<String> names, long bytes) {
    public Pruned {
      names = List.copyOf(names);
    }
  }

  /** Returns when they are gone. */
  public Pruned prune(Cause cause, VolumeSelection selection)
      throws IOException, InterruptedException {
    List<String> gone = new ArrayList<>();
    long bytes = 0;
    for (Listed it : list(cause, true)) {
      String name = it.present().volume().name();
      if (it.users().isEmpty() && selection.takes(it.present().volume())) {
        try {
          remove(cause, name, true);
          gone.add(name);
          bytes += it.size().orElse(0);
        } catch (ProblemException e) {
          LOG.infof("volume %s stays: %s", name, e.getMessage());
        }
      }
    }
    keeper.recordPruned(bytes, cause);
    return new Pruned(gone, bytes);
  }
}
