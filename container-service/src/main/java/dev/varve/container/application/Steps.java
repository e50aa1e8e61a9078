package dev.varve.container.application;

/**
 * The places at which a crash leaves different things behind. Told to {@link
 * dev.varve.eventlog.CrashPoint} in production; tests stop the service there.
 */
@FunctionalInterface
public interface Steps {
  String CREATE_RECORDED = "container.create.recorded";
  String START_REQUESTED = "container.start.requested";
  String PORTS_PUBLISHED = "container.ports.published";
  String START_CREATED = "container.start.created";
  String START_RUNNING = "container.start.running";
  String START_RECORDED = "container.start.recorded";
  String START_REFUSED = "container.start.refused";
  String RESTART_DUE = "container.restart.due";
  String RESTART_STOPPED = "container.restart.stopped";
  String HEALTH_PROBED = "container.health.probed";
  String HEALTH_RECORDED = "container.health.recorded";
  String OOM_SEEN = "container.oom.seen";
  String STOP_REQUESTED = "container.stop.requested";
  String STOP_SIGNALLED = "container.stop.signalled";
  String KILL_REQUESTED = "container.kill.requested";
  String PAUSE_REQUESTED = "container.pause.requested";
  String PAUSE_FROZEN = "container.pause.frozen";
  String UNPAUSE_REQUESTED = "container.unpause.requested";
  String UPDATE_REQUESTED = "container.update.requested";
  String UPDATE_APPLIED = "container.update.applied";
  String EXIT_SEEN = "container.exit.seen";
  String EXIT_RECORDED = "container.exit.recorded";
  String EXIT_CLEANED = "container.exit.cleaned";
  String REMOVE_REQUESTED = "container.remove.requested";
  String REMOVE_RECORDED = "container.remove.recorded";
  String RENAME_CLAIMED = "container.rename.claimed";
  String RENAME_RECORDED = "container.rename.recorded";
  String NETWORK_RECORDED = "container.network.recorded";
  String NETWORK_REMOVED = "container.network.removed";
  String CONNECT_RECORDED = "container.connect.recorded";
  String DISCONNECT_RECORDED = "container.disconnect.recorded";
  String LEASE_ENDED = "container.lease.ended";
  String EXEC_REQUESTED = "container.exec.requested";
  String EXEC_RUNNING = "container.exec.running";
  String EXEC_RECORDED = "container.exec.recorded";
  String EXEC_SEEN_ENDED = "container.exec.seen-ended";

  String LOG_SET_ASIDE = "container.log.set-aside";
  String LOG_REOPENED = "container.log.reopened";

  void reach(String step);
}
