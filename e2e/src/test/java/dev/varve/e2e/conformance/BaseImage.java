package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Imports the one image that containers of this suite run, before the first test, and removes it
 * behind the last. It is the host's static busybox, so no registry is needed.
 */
final class BaseImage implements BeforeAllCallback, AutoCloseable {
  static final String NAME = "conformance/base:1";

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(BaseImage.class);
  private static final String APPLETS =
      "sh cat chmod date echo env false grep head hostname id ip kill ls mkdir mknod mount nc nslookup ping printf ps pwd"
          + " readlink sed seq sleep sort stat stty tail test touch tr true tty unshare wc wget";

  @Override
  public void beforeAll(ExtensionContext context) {
    EngineUnderTest.choose(context);
    context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(BaseImage.class, key -> imported(), BaseImage.class);
  }

  @Override
  public void close() {
    new Docker(EngineUnderTest.socket()).run("rmi", "-f", NAME);
  }

  /** The root file system as a tar: a busybox, its names, three users, three groups. */
  static byte[] rootFileSystem() {
    return programs()
        .file(
            "etc/passwd",
            "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/:/bin/false\nnobody:x:65534:65534:nobody:/:/bin/false\n")
        .file("etc/group", "root:x:0:\ndaemon:x:1:\nstaff:x:50:nobody\nnogroup:x:65534:\n")
        .bytes();
  }

  /** Directories, a busybox and its names, to be gone on with. */
  static Tar programs() {
    Tar tar =
        new Tar()
            .directory("bin/", 0755)
            .directory("etc/", 0755)
            .directory("root/", 0700)
            .directory("tmp/", 01777);
    tar.file("bin/busybox", 0755, busybox());
    for (String applet : APPLETS.split(" ", -1)) {
      tar.symlink("bin/" + applet, "busybox");
    }
    return tar;
  }

  private static BaseImage imported() {
    Docker.Result result =
        new Docker(EngineUnderTest.socket())
            .run(
                rootFileSystem(),
                "import",
                "-c",
                "CMD [\"sh\"]",
                "-c",
                "ENV PATH=/bin",
                "-m",
                "conformance base",
                "-",
                NAME);
    assertThat(result.code()).as(result.err()).isZero();
    return new BaseImage();
  }

  private static byte[] busybox() {
    try {
      Path busybox =
          Stream.of("/bin/busybox", "/usr/bin/busybox")
              .map(Path::of)
              .filter(Files::exists)
              .findFirst()
              .orElseThrow();
      return Files.readAllBytes(busybox);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
