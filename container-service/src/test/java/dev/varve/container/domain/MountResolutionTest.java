package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.container.domain.Mount.BindOptions;
import dev.varve.container.domain.Mount.Driver;
import dev.varve.container.domain.Mount.ImageOptions;
import dev.varve.container.domain.Mount.TmpfsOptions;
import dev.varve.container.domain.Mount.VolumeOptions;
import dev.varve.container.domain.MountPoint.RecursiveReadOnly;
import dev.varve.container.domain.MountResolution.Surroundings;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes of -v, --mount, --volumes-from and VOLUME; the texts are those of dockerd. */
final class MountResolutionTest {
  private static final Surroundings AROUND =
      new Surroundings() {
        private int names;

        @Override
        public Optional<List<MountPoint>> pointsOf(String container) {
          return container.equals("other")
              ? Optional.of(
                  List.of(
                      new MountPoint.Bind(
                          "/b",
                          false,
                          "",
                          "/there",
                          "rslave",
                          false,
                          true,
                          RecursiveReadOnly.IF_POSSIBLE),
                      volume("/v", "theirs", false, false)))
              : Optional.empty();
        }

        @Override
        public boolean exists(String path) {
          return path.startsWith("/there");
        }

        @Override
        public String newName() {
          return String.format("%064x", ++names);
        }

        @Override
        public Optional<String> imageId(String reference) {
          return reference.equals("tools:1") ? Optional.of("sha256:1") : Optional.empty();
        }
      };

  private static MountPoint.Volume volume(
      String destination, String name, boolean readOnly, boolean anonymous) {
    return new MountPoint.Volume(
        destination,
        readOnly,
        readOnly ? "ro" : "z",
        name,
        "local",
        anonymous,
        false,
        "",
        Map.of(),
        Map.of());
  }

  private static ContainerSpec spec(Storage storage, Map<String, String> tmpfs, String... volumes) {
    ContainerSpec plain = Specs.spec();
    ContainerSpec wanting =
        new ContainerSpec(
            plain.image(),
            plain.imageId(),
            plain.hostname(),
            plain.domainname(),
            plain.labels(),
            plain.process(),
            plain.host(),
            plain.exposedPorts(),
            List.of(volumes),
            plain.healthCheck(),
            plain.onBuild(),
            plain.shell(),
            plain.networkDisabled());
    return wanting.with(plain.host().with(new FileSystems(false, tmpfs, 0, Map.of(), "", storage)));
  }

  private static List<MountPoint> resolve(ContainerSpec spec) {
    return MountResolution.resolve(spec, AROUND).host().fileSystems().storage().points();
  }

  private static List<MountPoint> binds(String... binds) {
    return resolve(spec(new Storage(List.of(binds), List.of(), List.of(), List.of()), Map.of()));
  }

  private static List<MountPoint> mounts(Mount... mounts) {
    return resolve(spec(new Storage(List.of(), List.of(mounts), List.of(), List.of()), Map.of()));
  }

  private static List<MountPoint> from(String... from) {
    return resolve(spec(new Storage(List.of(), List.of(), List.of(from), List.of()), Map.of()));
  }

  private static Mount mount(String type, String source, String target) {
    return new Mount(
        type,
        source,
        target,
        false,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Mount with(Mount it, BindOptions options) {
    return new Mount(
        it.type(),
        it.source(),
        it.target(),
        it.readOnly(),
        "",
        Optional.of(options),
        it.volumeOptions(),
        it.tmpfsOptions(),
        it.imageOptions());
  }

  private static Mount with(Mount it, VolumeOptions options) {
    return new Mount(
        it.type(),
        it.source(),
        it.target(),
        it.readOnly(),
        "",
        it.bindOptions(),
        Optional.of(options),
        it.tmpfsOptions(),
        it.imageOptions());
  }

  private static Mount readOnly(Mount it) {
    return new Mount(
        it.type(),
        it.source(),
        it.target(),
        true,
        "",
        it.bindOptions(),
        it.volumeOptions(),
        it.tmpfsOptions(),
        it.imageOptions());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "foo:/bar:baz | invalid mode: baz",
        ":/x | invalid volume specification: ':/x'",
        "foo:bar | invalid volume specification: 'foo:bar': invalid mount config for type \"volume\": invalid mount path: 'bar' mount path must be absolute",
        "/a:/ | invalid volume specification: '/a:/': invalid mount config for type \"bind\": invalid specification: destination can't be '/'",
        "/a:/b/.. | invalid volume specification: '/a:/b/..': invalid mount config for type \"bind\": invalid specification: destination can't be '/'",
        "foo:/b:ro,rw | invalid mode: ro,rw",
        "/a:/b:c:d | invalid volume specification: '/a:/b:c:d'",
        "/foo:rw | invalid volume specification: '/foo:rw'",
        "foo:/b:rshared | invalid volume specification: 'foo:/b:rshared': invalid mount config for type \"volume\": field BindOptions must not be specified",
        "/tmp:/b:nocopy | invalid volume specification: '/tmp:/b:nocopy': invalid mount config for type \"bind\": field VolumeOptions must not be specified",
        "'' | invalid volume specification: ''",
        "/a:relative | invalid volume specification: '/a:relative': invalid mount config for type \"bind\": invalid mount path: 'relative' mount path must be absolute",
        "a:/xx | create a: volume name is too short, names should be at least two alphanumeric characters",
        "../x:/y | create ../x: \"../x\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path",
      })
  void aBindThatIsNone(String bind, String message) {
    assertThatThrownBy(() -> binds(bind)).isInstanceOf(ProblemException.class).hasMessage(message);
  }

  @Test
  void aHostDirectoryIsMadeWhenMissingAndCleaned() {
    assertThat(binds("/x/../tmp:/y/../z/:ro,rslave"))
        .containsExactly(
            new MountPoint.Bind(
                "/z",
                true,
                "ro,rslave",
                "/tmp",
                "rslave",
                false,
                true,
                RecursiveReadOnly.IF_POSSIBLE));
  }

  @Test
  void aNameIsAVolumeAndADestinationAloneAnAnonymousOne() {
    assertThat(binds("data:/d", "other:/o:ro"))
        .containsExactly(volume("/d", "data", false, false), volume("/o", "other", true, false));
    assertThat(binds("/a"))
        .singleElement()
        .isInstanceOfSatisfying(
            MountPoint.Volume.class,
            it -> {
              assertThat(it.anonymous()).isTrue();
              assertThat(it.name()).hasSize(64);
              assertThat(it.destination()).isEqualTo("/a");
            });
  }

  static List<Object[]> refusedMounts() {
    Mount volume = mount("volume", "vol", "/b");
    Mount anonymous = mount("volume", "", "/b");
    return List.of(
        refused(mount("bind", "/nonexist", "/b"), "bind source path does not exist: /nonexist"),
        refused(mount("bind", "", "/b"), "field Source must not be empty"),
        refused(
            mount("bind", "rel", "/b"), "invalid mount path: 'rel' mount path must be absolute"),
        refused(mount("volume", "", ""), "field Target must not be empty"),
        refused(mount("volume", "", "/"), "invalid specification: destination can't be '/'"),
        refused(
            mount("volume", "", "rel"), "invalid mount path: 'rel' mount path must be absolute"),
        refused(mount("bogus", "", "/b"), "mount type unknown"),
        refused(with(volume, BindOptions.DEFAULT), "field BindOptions must not be specified"),
        refused(
            with(mount("bind", "/there", "/b"), VolumeOptions.DEFAULT),
            "field VolumeOptions must not be specified"),
        refused(
            with(
                mount("bind", "/there", "/b"),
                new BindOptions("bogus", false, false, false, false)),
            "invalid propagation mode: bogus"),
        refused(mount("tmpfs", "x", "/b"), "field Source must not be specified"),
        refused(readOnly(anonymous), "must not set ReadOnly mode when using anonymous volumes"),
        refused(
            with(anonymous, new VolumeOptions(false, Map.of(), Optional.empty(), "sub")),
            "must not set Subpath when using anonymous volumes"),
        refused(
            with(volume, new VolumeOptions(false, Map.of(), Optional.empty(), "a/../../b")),
            "subpath must be a relative path within the volume"),
        refused(
            with(volume, new VolumeOptions(false, Map.of(), Optional.empty(), "/abs")),
            "subpath must be a relative path within the volume"));
  }

  private static Object[] refused(Mount mount, String message) {
    return new Object[] {
      mount, "invalid mount config for type \"" + mount.type() + "\": " + message
    };
  }

  @ParameterizedTest
  @MethodSource("refusedMounts")
  void aMountThatIsNone(Mount mount, String message) {
    assertThatThrownBy(() -> mounts(mount))
        .isInstanceOf(ProblemException.class)
        .hasMessage(message);
  }

  @Test
  void anUnknownDriverIsNotFound() {
    Mount mount =
        with(
            mount("volume", "v9", "/b"),
            new VolumeOptions(false, Map.of(), Optional.of(new Driver("nope", Map.of())), ""));
    assertThatThrownBy(() -> mounts(mount))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem())
                    .isEqualTo(
                        new Problem(
                            Problem.Code.NOT_FOUND,
                            "create v9: error looking up volume plugin nope: plugin \"nope\" not"
                                + " found")));
  }

  @Test
  void optionsOfTmpfsBecomeThoseOfTheMount() {
    Mount mount =
        new Mount(
            "tmpfs",
            "",
            "/t",
            true,
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.of(new TmpfsOptions(1 << 20, 01777, List.of(List.of("exec")))),
            Optional.empty());
    assertThat(mounts(mount))
        .containsExactly(
            new MountPoint.Tmpfs("/t", true, List.of("ro", "mode=1777", "size=1048576", "exec")));
  }

  private static Mount image(String source, String subpath) {
    Mount it = mount("image", source, "/i/");
    return new Mount(
        it.type(),
        it.source(),
        it.target(),
        it.readOnly(),
        "",
        it.bindOptions(),
        it.volumeOptions(),
        it.tmpfsOptions(),
        Optional.of(new ImageOptions(subpath)));
  }

  @Test
  void anImageIsWhatItsNameMeantAtTheCreationAndNeverWritten() {
    List<MountPoint> points = mounts(image("tools:1", "bin/x"));

    assertThat(points).containsExactly(new MountPoint.Image("/i", "tools:1", "sha256:1", "bin/x"));
    assertThat(points.getFirst().readOnly()).isTrue();
    assertThat(points.getFirst().shared(false)).isEqualTo(points.getFirst());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''       | x       | invalid mount config for type \"image\": field Source must not be empty",
        "tools:1  | ../x    | invalid mount config for type \"image\": subpath must be a relative path within the volume",
        "tools:1  | /etc    | invalid mount config for type \"image\": subpath must be a relative path within the volume",
        "tools:1  | a/../.. | invalid mount config for type \"image\": subpath must be a relative path within the volume",
        "nope     | x       | No such image: nope",
      })
  void imagesThatCannotBeMounted(String source, String subpath, String message) {
    assertThatThrownBy(() -> mounts(image(source, subpath))).hasMessage(message);
  }

  @Test
  void optionsOfAnotherTypeAreRefused() {
    Mount image = image("tools:1", "");
    assertThatThrownBy(
            () -> mounts(with(image, new BindOptions("rprivate", false, false, false, false))))
        .hasMessage(
            "invalid mount config for type \"image\": field BindOptions must not be specified");
    Mount volume =
        new Mount(
            "volume",
            "foo",
            "/v",
            false,
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            image.imageOptions());
    assertThatThrownBy(() -> mounts(volume))
        .hasMessage(
            "invalid mount config for type \"volume\": field ImageOptions must not be specified");
  }

  @Test
  void aPlaceIsGivenOnce() {
    Storage both =
        new Storage(List.of("foo:/b"), List.of(mount("volume", "x1", "/b")), List.of(), List.of());
    for (ContainerSpec spec :
        List.of(
            spec(both, Map.of()),
            spec(
                new Storage(List.of("foo:/b", "x1:/b"), List.of(), List.of(), List.of()), Map.of()),
            spec(
                new Storage(List.of("foo:/b"), List.of(), List.of(), List.of()),
                Map.of("/b", "")))) {
      assertThatThrownBy(() -> resolve(spec)).hasMessage("Duplicate mount point: /b");
    }
  }

  @Test
  void whatOthersHaveGivesWayToWhatIsAskedFor() {
    Storage storage = new Storage(List.of("mine:/v"), List.of(), List.of("other:ro"), List.of());
    assertThat(resolve(spec(storage, Map.of())))
        .containsExactly(
            new MountPoint.Bind(
                "/b", true, "", "/there", "rslave", false, true, RecursiveReadOnly.IF_POSSIBLE),
            volume("/v", "mine", false, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | volumes-from specification cannot be an empty string",
        "nope | No such container: nope",
        "other:bogus | invalid mode: bogus",
        "other:rshared | invalid mode: rshared",
        "other:nocopy | invalid mode: nocopy",
      })
  void volumesFromNowhere(String from, String message) {
    assertThatThrownBy(() -> from(from)).hasMessage(message);
  }

  @Test
  void anImagesVolumesTakeThePlacesThatAreFree() {
    Storage storage = new Storage(List.of("foo:/q"), List.of(), List.of(), List.of());
    assertThat(resolve(spec(storage, Map.of("/t", ""), "/q", "/t/", "/../../w/", "rel")))
        .extracting(MountPoint::destination)
        .containsExactly("/q", "/w", "/rel");
  }

  @Test
  void aVolumeOverTheRootIsRefused() {
    assertThatThrownBy(() -> resolve(spec(Storage.NONE, Map.of(), "/..")))
        .hasMessage("invalid specification: destination can't be '/'");
  }

  @Test
  void nothingAskedForIsNothingChanged() {
    ContainerSpec spec = Specs.spec();
    assertThat(MountResolution.resolve(spec, AROUND)).isEqualTo(spec);
  }
}
