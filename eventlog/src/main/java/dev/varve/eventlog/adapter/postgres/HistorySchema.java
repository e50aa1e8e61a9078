package dev.varve.eventlog.adapter.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one projection, and whether what is in them fits.
 *
 * <ul>
 *   <li>{@code subject_now}: the newest layer of each subject, closed ones included (their state is
 *       null): with {@code next_offset}, the checkpoint. {@code ended_at} is the offset at which it
 *       ended for good.
 *   <li>{@code subject_past}: the layers that were superseded, with the end of their validity.
 *   <li>{@code subject_history}: a view of both.
 *   <li>{@code next_offset}: what the rows stand for, per partition; written with them.
 *   <li>{@code about}: which log, which version of states, which layout of tables.
 * </ul>
 *
 * <p>There are no migrations: what does not fit is dropped, and the log fills it again.
 */
final class HistorySchema {
  private static final Logger LOG = Logger.getLogger(HistorySchema.class);
  private static final int LAYOUT = 2;

  /** The columns of a layer, in the order used everywhere. */
  static final String COLUMNS =
      "subject_type, subject_id, sequence, state, event_type, event_id, actor, causation_id,"
          + " correlation_id, node, valid_from_partition, valid_from_offset, valid_from_time,"
          + " opened_at, closed_at";

  private static final String LAYER =
      """
      subject_type text not null,
      subject_id text not null,
      sequence bigint not null,
      state jsonb,
      event_type text not null,
      event_id text not null,
      actor text not null,
      causation_id text not null,
      correlation_id text not null,
      node text not null,
      valid_from_partition integer not null,
      valid_from_offset bigint not null,
      valid_from_time timestamptz not null,
      opened_at bigint not null,
      closed_at bigint,
      """;

  private static final String TABLES =
      """
      create schema if not exists SCHEMA;
      create table if not exists SCHEMA.subject_now (LAYER
        primary key (subject_type, subject_id)) with (fillfactor = 70);
      create index if not exists subject_now_closed on SCHEMA.subject_now (closed_at);
      create table if not exists SCHEMA.subject_past (LAYER
        valid_to_offset bigint not null,
        valid_to_time timestamptz not null,
        primary key (subject_type, subject_id, valid_from_offset));
      create index if not exists subject_past_valid on SCHEMA.subject_past
        using brin (valid_from_offset, valid_to_offset, valid_from_time, valid_to_time);
      create or replace view SCHEMA.subject_history as
        select COLUMNS, valid_to_offset, valid_to_time from SCHEMA.subject_past
        union all
        select COLUMNS, null::bigint, null::timestamptz from SCHEMA.subject_now;
      create table if not exists SCHEMA.next_offset (
        partition integer primary key, next_offset bigint not null);
      create table if not exists SCHEMA.about (
        layout integer not null,
        state_version integer not null,
        log_identity text not null,
        complete boolean not null);
      """;

  private static final String STAGE =
      """
      create temporary table if not exists stage (LAYER
        closes_offset bigint not null,
        closes_time timestamptz not null) on commit delete rows
      """;

  private final String schema;
  private final int stateVersion;

  /**
   * @param stateVersion of the state codec in use
   */
  HistorySchema(String schema, int stateVersion) {
    this.schema = schema;
    this.stateVersion = stateVersion;
  }

  /** A statement with this schema's name in it. */
  String sql(String statement) {
    return statement
        .replace("SCHEMA", "\"" + schema + "\"")
        .replace("COLUMNS", COLUMNS)
        .replace("LAYER", LAYER);
  }

  /**
   * The offsets the rows stand for, or null when they cannot serve as a checkpoint of that log.
   * Changes nothing.
   */
  @Nullable Map<Integer, Long> checkpoint(
      Connection connection, String logIdentity, Map<Integer, Long> ends) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!exists(statement)) {
        return null;
      }
      try (ResultSet about = statement.executeQuery(sql("select * from SCHEMA.about"))) {
        if (!about.next()
            || about.getInt("layout") != LAYOUT
            || about.getInt("state_version") != stateVersion
            || !about.getString("log_identity").equals(logIdentity)
            || !about.getBoolean("complete")) {
          return null;
        }
      }
      Map<Integer, Long> next = next(statement);
      return beyond(next, ends) ? null : next;
    }
  }

  /**
   * Makes the tables fit that log, dropping what does not, and readies this connection for writing.
   *
   * @return the offsets the rows stand for
   */
  Map<Integer, Long> open(Connection connection, String logIdentity, Map<Integer, Long> ends)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set synchronous_commit = off"); // the offset commits with the rows
      statement.execute("set client_min_messages = warning");
      Map<Integer, Long> next = checkpoint(connection, logIdentity, ends);
      if (next == null) {
        if (exists(statement)) {
          LOG.warnf("Schema %s does not fit the log; it is dropped and filled again", schema);
          statement.execute(sql("drop schema SCHEMA cascade"));
        }
        statement.execute(sql(TABLES));
        try (PreparedStatement about =
            connection.prepareStatement(sql("insert into SCHEMA.about values (?, ?, ?, true)"))) {
          about.setInt(1, LAYOUT);
          about.setInt(2, stateVersion);
          about.setString(3, logIdentity);
          about.executeUpdate();
        }
        next = Map.of();
      }
      statement.execute(sql(STAGE));
      connection.commit();
      return next;
    }
  }

  private boolean exists(Statement statement) throws SQLException {
    try (ResultSet found =
        statement.executeQuery("select to_regclass('\"" + schema + "\".about') is not null")) {
      return found.next() && found.getBoolean(1);
    }
  }

  private Map<Integer, Long> next(Statement statement) throws SQLException {
    Map<Integer, Long> next = new HashMap<>();
    try (ResultSet rows = statement.executeQuery(sql("select * from SCHEMA.next_offset"))) {
      while (rows.next()) {
        next.put(rows.getInt("partition"), rows.getLong("next_offset"));
      }
    }
    return next;
  }

  private static boolean beyond(Map<Integer, Long> next, Map<Integer, Long> ends) {
    return next.entrySet().stream()
        .anyMatch(entry -> entry.getValue() > ends.getOrDefault(entry.getKey(), 0L));
  }
}
