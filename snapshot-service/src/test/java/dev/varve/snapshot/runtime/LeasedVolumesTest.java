package dev.varve.snapshot.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.archive.testing.TarBytes;
import dev.varve.linux.files.RecordingFileCalls;
import dev.varve.linux.mounts.RecordingMountCalls;
import dev.varve.snapshot.application.Volumes;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.SnapshotEvent.Prepared;
import dev.varve.snapshot.domain.SnapshotEvent.Removed;
import dev.varve.snapshot.domain.Volume;
import dev.varve.snapshot.testing.SharedLog;
import dev.varve.snapshot.testing.TestLayers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that were made under a lease go with it; without a broker and without root. */
final class LeasedVolumesTest {
  private static final String ONE = TestLayers.containerId(1);
  private static final String LEASE = "e".repeat(64);

  @TempDir Path temp;
  private SnapshotNode node;
  private Image image;

  @BeforeEach
  void start() throws Exception {
    node =
        new SnapshotNode(
            temp.resolve("snapshots"), new RecordingFileCalls(), new RecordingMountCalls());
    node.start();
    image = node.addImage("sha256:i", new TarBytes().directory("bin/").bytes());
    node.openLease(LEASE);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Volumes volumes() {
    return node.assembly().volumes();
  }

  private void create(String name, Map<String, String> labels) throws Exception {
    var _ = volumes().create(SharedLog.CAUSE, name, "", Map.of(), labels);
  }

  private List<String> names() throws Exception {
    return volumes().list(SharedLog.CAUSE, false).stream()
        .map(it -> it.present().volume().name())
        .toList();
  }

  private Path directory(String name) {
    return temp.resolve("volumes").resolve(name);
  }

  private void awaitGone(String name) {
    await().untilAsserted(() -> assertThat(directory(name)).doesNotExist());
  }

  @Test
  void theyGoWithItAndOthersStay() throws Exception {
    create("leased", Map.of(Volume.LEASE_LABEL, LEASE));
    create("mine", Map.of());
    assertThat(names()).containsExactly("leased", "mine");
    node.endLease(LEASE);
    awaitGone("leased");
    assertThat(names()).containsExactly("mine");
  }

  @Test
  void whoEndedItSeesThemGoneAtOnce() throws Exception {
    create("leased", Map.of(Volume.LEASE_LABEL, LEASE));
    node.endLease(LEASE);
    assertThat(names()).isEmpty();
  }

  @Test
  void whatItsContainersWantedIsMadeUnderItAsWell() throws Exception {
    node.createContainerUnder(LEASE, ONE, image, "wanted");
    await().untilAsserted(() -> assertThat(node.recorded(Prepared.class)).hasSize(1));
    node.endLease(LEASE);
    assertThat(names()).containsExactly("wanted");
    node.removeContainer(ONE);
    awaitGone("wanted");
  }

  @Test
  void oneThatSomebodyElseUsesStaysUntilHeNoLongerDoes() throws Exception {
    create("leased", Map.of(Volume.LEASE_LABEL, LEASE));
    node.createContainer(ONE, image, Map.of("leased", "/v"));
    node.endLease(LEASE);
    assertThat(names()).containsExactly("leased");
    node.removeContainer(ONE);
    awaitGone("leased");
  }

  /**
   * The user's preparation is under way when he and the lease go, and goes on when they are gone.
   */
  @Test
  void oneWhoseUserWasNeverReadyDoesNotComeBack() throws Exception {
    create("leased", Map.of(Volume.LEASE_LABEL, LEASE));
    node.snapshotLog.before(
        "VolumeCreated",
        () -> {
          node.removeContainer(ONE);
          node.endLease(LEASE);
          awaitGone("leased");
        });
    node.createContainer(ONE, image, new TreeMap<>(Map.of("first", "/f", "leased", "/v")));
    await().untilAsserted(() -> assertThat(node.recorded(Removed.class)).hasSize(1));
    assertThat(names()).containsExactly("first");
  }

  @Test
  void anEngineThatWasAwayMakesUpForIt() throws Exception {
    create("leased", Map.of(Volume.LEASE_LABEL, LEASE));
    node.stop();
    node.endLease(LEASE);
    node.start();
    assertThat(directory("leased")).doesNotExist();
  }

  @Test
  void nothingIsMadeUnderOneThatIsOver() {
    node.endLease(LEASE);
    assertThatThrownBy(() -> create("late", Map.of(Volume.LEASE_LABEL, LEASE)))
        .hasMessage("lease " + LEASE + " is over");
  }

  /** The lease's end looks for its volumes before this one is recorded. */
  @Test
  void nothingStaysThatWasMadeWhileItEnded() throws Exception {
    node.snapshotLog.before(
        "VolumeCreated",
        () -> {
          node.endLease(LEASE);
          assertThat(names()).isEmpty();
        });
    assertThatThrownBy(() -> create("late", Map.of(Volume.LEASE_LABEL, LEASE)))
        .hasMessage("lease " + LEASE + " is over");
    assertThat(directory("late")).doesNotExist();
  }
}
