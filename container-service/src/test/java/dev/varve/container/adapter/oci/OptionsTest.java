package dev.varve.container.adapter.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.adapter.SpecBuilder;
import dev.varve.container.application.CgroupPath;
import dev.varve.container.domain.DeviceAccess;
import dev.varve.container.domain.Namespaces;
import dev.varve.container.domain.Resources;
import dev.varve.linux.files.KernelFileCalls;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options one by one: what the runtime is told, and what is refused before it is. */
class OptionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | noexec,nosuid,nodev",
        "size=1m,exec | nosuid,nodev,size=1m,exec",
        "ro,mode=700,rw | noexec,nosuid,nodev,mode=700,rw",
        "defaults,size=1m,size=2m | noexec,nosuid,nodev,size=2m",
        "noatime,strictatime,private | noexec,nosuid,nodev,strictatime,private",
      })
  void ofTwoOptionsThatContradictTheLaterHolds(String asked, String merged) throws IOException {
    assertThat(String.join(",", TmpfsOptions.merge(asked))).isEqualTo(merged);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "foo=bar | invalid tmpfs option [\"foo\" \"bar\"]",
        "foo | invalid tmpfs option [\"foo\"]",
        "size | invalid tmpfs option [\"size\"]",
        "ro=1 | invalid tmpfs option [\"ro\" \"1\"]",
      })
  void whatTmpfsHasNot(String asked, String text) {
    assertThatThrownBy(() -> TmpfsOptions.merge(asked)).hasMessage(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "foo.bar | `` | `` | \"foo.bar\" is not in a separate kernel namespace",
        "kernel.panic | `` | `` | \"kernel.panic\" is not in a separate kernel namespace",
        "kernel.msgmax | host | `` | \"kernel.msgmax\" is not allowed in the hosts ipc namespace",
        "fs.mqueue.msg_max | host | `` | \"fs.mqueue.msg_max\" is not allowed in the hosts ipc namespace",
        "kernel.domainname | `` | host | \"kernel.domainname\" is not in a separate kernel namespace",
        "kernel.hostname | `` | `` | \"kernel.hostname\" is not allowed as it conflicts with the OCI \"hostname\" field",
        "kernel.hostname | `` | host | \"kernel.hostname\" is not in a separate kernel namespace",
      })
  void parametersOfTheHost(String name, String ipc, String uts, String text) {
    SpecBuilder spec = new SpecBuilder("true");
    spec.sysctls = Map.of(name, "1");
    spec.namespaces = new Namespaces("", ipc, uts, "", "");
    assertThatThrownBy(() -> Sysctls.write(JSON.createObjectNode(), spec.build(), true))
        .hasMessageContaining("sysctl " + text + ": unknown");
  }

  @Test
  void parametersOfItsOwn() throws IOException {
    SpecBuilder spec = new SpecBuilder("true");
    spec.sysctls =
        Map.of("kernel.shmmax", "1", "net.ipv4.ip_unprivileged_port_start", "1024", "net.x", "y");
    spec.domainname = "example.org";
    ObjectNode written = JSON.createObjectNode();
    Sysctls.write(written, spec.build(), true);
    assertThat(written.toString())
        .isEqualTo(
            "{\"kernel.domainname\":\"example.org\",\"kernel.shmmax\":\"1\","
                + "\"net.ipv4.ip_unprivileged_port_start\":\"1024\","
                + "\"net.ipv4.ping_group_range\":\"0 2147483647\",\"net.x\":\"y\"}");
  }

  private static ObjectNode devices(DeviceAccess access) throws IOException {
    ObjectNode document = JSON.createObjectNode();
    new Devices(new KernelFileCalls(), document.putArray("nodes"), document.putArray("rules"))
        .write(access);
    return document;
  }

  private static DeviceAccess mapping(String onHost, String inContainer, String permissions) {
    return new DeviceAccess(
        List.of(new DeviceAccess.Mapping(onHost, inContainer, permissions)), List.of(), List.of());
  }

  @Test
  void devicesAndWhoMayOpenThem() throws IOException {
    ObjectNode one = devices(mapping("/dev/zero", "", ""));
    assertThat(one.at("/nodes/0/path").asText()).isEqualTo("/dev/zero");
    assertThat(one.at("/rules").get(one.at("/rules").size() - 1).toString())
        .isEqualTo("{\"allow\":true,\"type\":\"c\",\"major\":1,\"minor\":5,\"access\":\"rwm\"}");
    assertThat(devices(mapping("/dev/pts", "/dev/terminals", "r")).at("/nodes/0/path").asText())
        .startsWith("/dev/terminals/");
    ObjectNode rule =
        devices(new DeviceAccess(List.of(), List.of("b 8:* rw", "a *:* m"), List.of()));
    assertThat(rule.at("/rules").get(9).toString())
        .isEqualTo("{\"allow\":true,\"type\":\"b\",\"major\":8,\"access\":\"rw\"}");
    assertThat(rule.at("/rules").get(10).toString())
        .isEqualTo("{\"allow\":true,\"type\":\"a\",\"access\":\"m\"}");
  }

  @Test
  void devicesThatAreNone() {
    String adding = "error gathering device information while adding custom device ";
    assertThatThrownBy(() -> devices(mapping("/dev/nonesuch", "/dev/a", "rwm")))
        .hasMessage(adding + "\"/dev/nonesuch\": no such file or directory");
    assertThatThrownBy(() -> devices(mapping("/proc/version", "/dev/a", "rwm")))
        .hasMessage(adding + "\"/proc/version\": not a device node");
    assertThatThrownBy(() -> devices(new DeviceAccess(List.of(), List.of("z 1:2 r"), List.of())))
        .hasMessage("invalid device cgroup rule format: 'z 1:2 r'");
    DeviceAccess.Request gpu =
        new DeviceAccess.Request("nvidia", List.of(List.of("gpu", "compute"), List.of("x")));
    assertThatThrownBy(() -> devices(new DeviceAccess(List.of(), List.of(), List.of(gpu))))
        .hasMessage(
            "could not select device driver \"nvidia\" with capabilities: [[gpu compute] [x]]");
  }

  @ParameterizedTest
  @CsvSource({
    "-1,shares: invalid argument",
    "1,the minimum allowed cpu-shares is 2",
    "262145,the maximum allowed cpu-shares is 262144",
  })
  void sharesThatTheKernelWouldBend(long shares, String text) {
    Resources asked =
        new Resources(
            Resources.Memory.UNLIMITED,
            new Resources.Cpu(shares, 0, 0, 0, 0, 0, "", ""),
            Resources.BlockIo.UNLIMITED,
            Resources.UNLIMITED.pidsLimit());
    assertThatThrownBy(
            () -> new CgroupResources(new KernelFileCalls(), JSON.createObjectNode()).write(asked))
        .hasMessage(text);
  }

  @ParameterizedTest
  @CsvSource({
    "'',/varve/c1",
    "foo,/foo/c1",
    "/foo/bar/,/foo/bar/c1",
    "../../../x,/x/c1",
    "/,/c1",
  })
  void noParentLeadsOutOfTheHierarchy(String parent, String path) {
    assertThat(CgroupPath.of(parent, "varve", "c1")).isEqualTo(path);
  }
}
