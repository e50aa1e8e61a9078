package dev.varve.container.adapter.codec;

import dev.varve.container.contract.HealthMessages;
import dev.varve.container.contract.HostMessages;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.ProcessSpec;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** A container's specification as it stands in the log. */
final class SpecMessages {
  private final SealedEnv env;

  SpecMessages(SealedEnv env) {
    this.env = env;
  }

  dev.varve.events.container.v1.ContainerSpec write(ContainerSpec spec) {
    var message =
        dev.varve.events.container.v1.ContainerSpec.newBuilder()
            .setImage(spec.image())
            .setImageId(spec.imageId())
            .setHostname(spec.hostname())
            .setDomainname(spec.domainname())
            .putAllLabels(spec.labels())
            .setProcess(write(spec.process()))
            .setHost(HostMessages.write(spec.host()))
            .addAllExposedPorts(spec.exposedPorts())
            .addAllVolumes(spec.volumes())
            .addAllOnBuild(spec.onBuild())
            .addAllShell(spec.shell())
            .setNetworkDisabled(spec.networkDisabled());
    spec.healthCheck().ifPresent(check -> message.setHealthCheck(HealthMessages.write(check)));
    return message.build();
  }

  ContainerSpec read(dev.varve.events.container.v1.ContainerSpec message) {
    return new ContainerSpec(
        message.getImage(),
        message.getImageId(),
        message.getHostname(),
        message.getDomainname(),
        new TreeMap<>(message.getLabelsMap()),
        read(message.getProcess()),
        HostMessages.read(message.getHost()),
        message.getExposedPortsList(),
        message.getVolumesList(),
        message.hasHealthCheck()
            ? Optional.of(HealthMessages.read(message.getHealthCheck()))
            : Optional.empty(),
        message.getOnBuildList(),
        message.getShellList(),
        message.getNetworkDisabled());
  }

  private dev.varve.events.container.v1.ProcessSpec write(ProcessSpec process) {
    var message =
        dev.varve.events.container.v1.ProcessSpec.newBuilder()
            .addAllEntrypoint(process.entrypoint())
            .addAllCmd(process.cmd())
            .setEnv(env.seal(process.env()))
            .setWorkingDir(process.workingDir())
            .setUser(process.user())
            .setTty(process.tty())
            .setOpenStdin(process.openStdin())
            .setStdinOnce(process.stdinOnce())
            .setAttachStdin(process.attachStdin())
            .setAttachStdout(process.attachStdout())
            .setAttachStderr(process.attachStderr())
            .setStopSignal(process.stopSignal());
    process.stopTimeout().ifPresent(message::setStopTimeout);
    return message.build();
  }

  private ProcessSpec read(dev.varve.events.container.v1.ProcessSpec message) {
    return new ProcessSpec(
        message.getEntrypointList(),
        message.getCmdList(),
        env.open(message.getEnv()),
        message.getWorkingDir(),
        message.getUser(),
        message.getTty(),
        message.getOpenStdin(),
        message.getStdinOnce(),
        message.getAttachStdin(),
        message.getAttachStdout(),
        message.getAttachStderr(),
        message.getStopSignal(),
        message.hasStopTimeout() ? OptionalInt.of(message.getStopTimeout()) : OptionalInt.empty());
  }
}
