package dev.varve.snapshot.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.archive.testing.TarBytes;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.linux.files.RecordingFileCalls;
import dev.varve.linux.mounts.RecordingMountCalls;
import dev.varve.snapshot.application.VolumeSelection;
import dev.varve.snapshot.application.Volumes;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotEvent.PrepareFailed;
import dev.varve.snapshot.domain.SnapshotEvent.Prepared;
import dev.varve.snapshot.domain.SnapshotEvent.Removed;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeCreated;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeRemoved;
import dev.varve.snapshot.domain.SnapshotState.VolumeKept;
import dev.varve.snapshot.testing.SharedLog;
import dev.varve.snapshot.testing.TestLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes come and go with what containers' events say; without a broker and without root. */
final class VolumesTest {
  private static final String ONE = TestLayers.containerId(1);
  private static final String TWO = TestLayers.containerId(2);
  private static final String ANONYMOUS = "f".repeat(64);

  @TempDir Path temp;
  private final RecordingMountCalls mounts = new RecordingMountCalls();
  private SnapshotNode node;
  private Image image;

  @BeforeEach
  void start() throws Exception {
    node = new SnapshotNode(temp.resolve("snapshots"), new RecordingFileCalls(), mounts);
    node.start();
    image = node.addImage("sha256:i", new TarBytes().directory("bin/").bytes());
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void restart() throws IOException {
    node.stop();
    node.start();
  }

  private Volumes volumes() {
    return node.assembly().volumes();
  }

  private List<String> names() throws Exception {
    return volumes().list(SharedLog.CAUSE, false).stream()
        .map(it -> it.present().volume().name())
        .toList();
  }

  private Path data(String name) {
    return temp.resolve("volumes").resolve(name).resolve("_data");
  }

  private void awaitPrepared(int count) {
    await().untilAsserted(() -> assertThat(node.recorded(Prepared.class)).hasSize(count));
  }

  @Test
  void aVolumeIsThereBeforeItsContainerIsPrepared() {
    node.createContainer(ONE, image, Map.of("vol", "/v"));
    awaitPrepared(1);
    assertThat(data("vol")).isEmptyDirectory();
    List<SnapshotEvent> recorded = node.recorded();
    int created = recorded.indexOf(node.recorded(VolumeCreated.class).getFirst());
    assertThat(created).isLessThan(recorded.indexOf(node.recorded(Prepared.class).getFirst()));
  }

  @Test
  void whoMadeAContainerSeesItsVolumeAtOnce() throws Exception {
    node.createContainer(ONE, image, Map.of("vol", "/v"));
    assertThat(names()).containsExactly("vol");
    assertThat(volumes().inspect(SharedLog.CAUSE, "vol").users()).containsExactly(ONE);
    assertThatThrownBy(() -> volumes().remove(SharedLog.CAUSE, "vol", true))
        .hasMessage("remove vol: volume is in use - [" + ONE + "]");
  }

  @Test
  void twoContainersShareOneVolume() {
    node.createContainer(ONE, image, Map.of("vol", "/v"));
    node.createContainer(TWO, image, Map.of("vol", "/w"));
    awaitPrepared(2);
    assertThat(node.recorded(VolumeCreated.class)).hasSize(1);
  }

  @Test
  void anonymousOnesGoWithTheirContainerWhenAskedAndNamedOnesStay() throws Exception {
    node.createContainer(ONE, image, Map.of("vol", "/v", ANONYMOUS, "/a"));
    awaitPrepared(1);
    node.requestRemoval(ONE, true);
    node.removeContainer(ONE);
    assertThat(names()).containsExactly("vol");
    await().untilAsserted(() -> assertThat(data(ANONYMOUS).getParent()).doesNotExist());
  }

  @Test
  void otherwiseTheyStay() throws Exception {
    node.createContainer(ONE, image, Map.of(ANONYMOUS, "/a"));
    awaitPrepared(1);
    node.requestRemoval(ONE, false);
    node.removeContainer(ONE);
    await().untilAsserted(() -> assertThat(node.recorded(Removed.class)).hasSize(1));
    assertThat(names()).containsExactly(ANONYMOUS);
    restart();
    assertThat(names()).containsExactly(ANONYMOUS);
    assertThat(data(ANONYMOUS)).isDirectory();
  }

  @Test
  void oneThatAnotherContainerHasStays() throws Exception {
    node.createContainer(ONE, image, Map.of(ANONYMOUS, "/a"));
    node.createContainer(TWO, image, Map.of(ANONYMOUS, "/a"));
    awaitPrepared(2);
    node.requestRemoval(ONE, true);
    node.removeContainer(ONE);
    assertThat(names()).containsExactly(ANONYMOUS);
    node.requestRemoval(TWO, true);
    node.removeContainer(TWO);
    assertThat(names()).isEmpty();
  }

  @Test
  void whatWasLeftBehindByAnEndIsDoneAtTheNextStart() throws Exception {
    node.createContainer(ONE, image, Map.of(ANONYMOUS, "/a"));
    awaitPrepared(1);
    node.stop();
    node.requestRemoval(ONE, true);
    node.removeContainer(ONE);
    node.start();
    assertThat(node.recorded(VolumeRemoved.class)).hasSize(1);
    assertThat(data(ANONYMOUS).getParent()).doesNotExist();
  }

  @Test
  void aDirectoryThatIsMissingIsMadeAgain() throws Exception {
    var _ = volumes().create(SharedLog.CAUSE, "vol", "", Map.of(), Map.of());
    Files.delete(data("vol"));
    Files.delete(data("vol").getParent());
    restart();
    assertThat(data("vol")).isDirectory();
  }

  @Test
  void oneWithOptionsIsMountedAndSaysWhere() throws Exception {
    var _ =
        volumes()
            .create(
                SharedLog.CAUSE, "mem", "", Map.of("type", "tmpfs", "device", "tmpfs"), Map.of());
    assertThat(mounts.mounted()).isEmpty();
    node.createContainer(ONE, image, Map.of("mem", "/m"));
    awaitPrepared(1);
    Path mounted = data("mem").getParent().toRealPath().resolve("_data");
    assertThat(node.recorded(Prepared.class).getFirst().volumeMounts())
        .containsExactly(data("mem").toString());
    assertThat(mounts.mounted()).contains(data("mem"));
    assertThat(mounted).isEqualTo(data("mem").toRealPath());
    node.requestRemoval(ONE, false);
    node.removeContainer(ONE);
    await().untilAsserted(() -> assertThat(mounts.mounted()).doesNotContain(data("mem")));
  }

  @Test
  void oneThatCannotBeMountedFailsThePreparation() throws Exception {
    var _ =
        volumes().create(SharedLog.CAUSE, "bad", "", Map.of("type", "x", "device", "y"), Map.of());
    mounts.failOn("mount x", 19);
    node.createContainer(ONE, image, Map.of("bad", "/m"));
    await().untilAsserted(() -> assertThat(node.recorded(PrepareFailed.class)).hasSize(1));
    assertThat(node.recorded(PrepareFailed.class).getFirst().message())
        .contains("failed to mount local volume: mount y:");
  }

  @Test
  void pruneTakesWhatNobodyHasAndNobodyNamed() throws Exception {
    var _ = volumes().create(SharedLog.CAUSE, "named", "", Map.of(), Map.of("keep", "1"));
    String made =
        volumes().create(SharedLog.CAUSE, "", "", Map.of(), Map.of()).present().volume().name();
    node.createContainer(ONE, image, Map.of(ANONYMOUS, "/a"));
    assertThat(prune(false)).containsExactly(made);
    assertThat(prune(true)).containsExactly("named");
    assertThat(names()).containsExactly(ANONYMOUS);
  }

  private List<String> prune(boolean all) throws Exception {
    return volumes().prune(SharedLog.CAUSE, new VolumeSelection(all, List.of(), List.of())).names();
  }

  @Test
  void aSnapshotIsTakenAndRestoredAndOutlivesItsVolume() throws Exception {
    var _ = volumes().create(SharedLog.CAUSE, "vol", "", Map.of(), Map.of());
    Files.writeString(data("vol").resolve("x"), "1");
    var snapshots = node.assembly().volumeSnapshots();
    VolumeKept kept = snapshots.take(SharedLog.CAUSE, "vol", "why");
    Files.writeString(data("vol").resolve("x"), "2");
    snapshots.restore(SharedLog.CAUSE, kept.id().substring(0, 8), "");
    assertThat(data("vol").resolve("x")).hasContent("1");
    volumes().remove(SharedLog.CAUSE, "vol", false);
    restart();
    snapshots = node.assembly().volumeSnapshots();
    assertThat(snapshots.list("vol")).containsExactly(kept);
    snapshots.restore(SharedLog.CAUSE, kept.id(), "other");
    assertThat(data("other").resolve("x")).hasContent("1");
    snapshots.remove(SharedLog.CAUSE, kept.id());
    assertThat(snapshots.list("")).isEmpty();
    assertThat(temp.resolve("volume-snapshots")).isEmptyDirectory();
  }

  @Test
  void whatARunningContainerHasIsNotExchanged() throws Exception {
    node.createContainer(ONE, image, Map.of("vol", "/v"));
    var snapshots = node.assembly().volumeSnapshots();
    awaitPrepared(1);
    VolumeKept kept = snapshots.take(SharedLog.CAUSE, "vol", "");
    node.containerSays(ONE, "StartRequested");
    assertThatThrownBy(() -> snapshots.restore(SharedLog.CAUSE, kept.id(), ""))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(Problem.Code.CONFLICT));
    node.containerSays(ONE, "StartFailed");
    assertThat(snapshots.restore(SharedLog.CAUSE, kept.id(), "")).isEqualTo("vol");
  }
}
