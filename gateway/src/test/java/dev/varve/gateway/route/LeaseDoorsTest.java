package dev.varve.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseDoorsTest {
  private static final String LEASE = "0123456789ab".repeat(5) + "cdef";

  @TempDir Path directory;
  private final List<String> told = new ArrayList<>();

  private LeaseDoors doors() throws IOException {
    return new LeaseDoors(
        directory,
        (_, id, path) -> {
          told.add("open " + path.getFileName());
          return () -> told.add("close " + id.substring(0, 4));
        });
  }

  @Test
  void aLeasesDoorIsOpenWhileSomebodyHoldsIt() throws Exception {
    try (LeaseDoors doors = doors()) {
      doors.enter(LEASE);
      doors.enter(LEASE);
      assertThat(doors.leave(LEASE)).isFalse();
      assertThat(told).containsExactly("open 0123456789ab.sock");
      assertThat(doors.leave(LEASE)).isTrue();
      assertThat(doors.leave(LEASE)).isTrue();
      assertThat(told).containsExactly("open 0123456789ab.sock", "close 0123");
      doors.enter(LEASE);
    }
    assertThat(told).hasSize(4).endsWith("close 0123");
  }

  @Test
  void anEngineThatEndsOpensNoMore() throws Exception {
    LeaseDoors doors = doors();
    assertThat(doors.isClosed()).isFalse();
    doors.close();
    assertThat(doors.isClosed()).isTrue();
    assertThatThrownBy(() -> doors.enter(LEASE)).hasMessage("the engine ends");
  }

  @Test
  void whatAnEarlierEngineLeftGoes() throws Exception {
    Files.createFile(directory.resolve("old.sock"));
    doors().close();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void oneThatCannotBeOpenedIsHeldByNobody() throws Exception {
    LeaseDoors doors =
        new LeaseDoors(
            directory,
            (_, _, _) -> {
              throw new IOException("no room");
            });
    assertThatThrownBy(() -> doors.enter(LEASE)).hasMessage("no room");
    assertThat(doors.leave(LEASE)).isTrue();
    doors.close();
  }
}
