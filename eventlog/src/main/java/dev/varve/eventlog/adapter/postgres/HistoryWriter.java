package dev.varve.eventlog.adapter.postgres;

import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.fold.Counted;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Writes batches of counted events, each with its offset in one transaction. Used by one thread.
 *
 * <p>A layer that PostgreSQL refuses for what is in it must not stop those behind it: it is kept
 * without its state, or left out, and the schema is marked as no longer good for a checkpoint.
 */
final class HistoryWriter<S> {
  private static final Logger LOG = Logger.getLogger(HistoryWriter.class);

  /** JSON's null, not SQL's: the subject is open, its state is not known here. */
  private static final String UNKNOWN = "null";

  private final HistorySchema schema;
  private final StateCodec<S> codec;

  HistoryWriter(HistorySchema schema, StateCodec<S> codec) {
    this.schema = schema;
    this.codec = codec;
  }

  private enum Care {
    NORMAL,
    WITHOUT_STATE
  }

  /** Commits the batch, or throws and leaves everything as it was. */
  void write(Connection connection, List<? extends Counted<S, ?>> batch) throws SQLException {
    try {
      writeRows(connection, batch, Care.NORMAL);
    } catch (SQLException e) {
      connection.rollback();
      if (!isAboutContent(e)) {
        throw e;
      }
      if (batch.size() > 1) {
        int half = batch.size() / 2;
        write(connection, batch.subList(0, half));
        write(connection, batch.subList(half, batch.size()));
      } else {
        writeRefused(connection, batch, e);
      }
    }
  }

  private void writeRefused(
      Connection connection, List<? extends Counted<S, ?>> single, SQLException refusal)
      throws SQLException {
    LOG.errorf(
        refusal,
        "PostgreSQL refuses the layer of %s; its history has a gap there",
        single.getFirst().record().proposal().subject());
    try {
      markIncomplete(connection);
      writeRows(connection, single, Care.WITHOUT_STATE);
    } catch (SQLException e) {
      connection.rollback();
      if (!isAboutContent(e)) {
        throw e;
      }
      markIncomplete(connection);
      writeOffsets(connection, single);
      connection.commit();
    }
  }

  private void writeRows(Connection connection, List<? extends Counted<S, ?>> batch, Care care)
      throws SQLException {
    // what a later event of the same batch supersedes goes straight to the past
    Map<Subject, Counted<S, ?>> newest = new LinkedHashMap<>();
    Map<Subject, Counted<S, ?>> oldest = new HashMap<>();
    StringBuilder past = new StringBuilder();
    for (Counted<S, ?> counted : batch) {
      Subject subject = counted.record().proposal().subject();
      Counted<S, ?> superseded = newest.put(subject, counted);
      if (superseded == null) {
        oldest.put(subject, counted);
      } else {
        appendLayer(past, connection, superseded, care);
        appendStart(past, counted);
      }
    }
    StringBuilder stage = new StringBuilder();
    for (Map.Entry<Subject, Counted<S, ?>> entry : newest.entrySet()) {
      appendLayer(stage, connection, entry.getValue(), care);
      Counted<S, ?> first = oldest.get(entry.getKey());
      appendStart(stage, first == null ? entry.getValue() : first);
    }
    copy(connection, "copy SCHEMA.subject_past from stdin", past);
    copy(connection, "copy pg_temp.stage from stdin", stage);
    try (Statement statement = connection.createStatement()) {
      statement.addBatch(
          schema.sql(
              """
              insert into SCHEMA.subject_past
              select now.*, stage.closes_offset, stage.closes_time
              from stage join SCHEMA.subject_now now using (subject_type, subject_id)
              """));
      statement.addBatch(
          schema.sql(
              """
              insert into SCHEMA.subject_now select COLUMNS from stage
              on conflict (subject_type, subject_id) do update set
                sequence = excluded.sequence, state = excluded.state,
                event_type = excluded.event_type, event_id = excluded.event_id,
                actor = excluded.actor, causation_id = excluded.causation_id,
                correlation_id = excluded.correlation_id, node = excluded.node,
                valid_from_partition = excluded.valid_from_partition,
                valid_from_offset = excluded.valid_from_offset,
                valid_from_time = excluded.valid_from_time,
                opened_at = excluded.opened_at, closed_at = excluded.closed_at
              """));
      statement.executeBatch();
    }
    writeOffsets(connection, batch);
    connection.commit();
  }

  private void writeOffsets(Connection connection, List<? extends Counted<S, ?>> batch)
      throws SQLException {
    Map<Integer, Long> next = new HashMap<>();
    for (Counted<S, ?> counted : batch) {
      Position position = counted.record().position();
      next.put(position.partition(), position.offset() + 1);
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            schema.sql(
                """
                insert into SCHEMA.next_offset values (?, ?)
                on conflict (partition) do update set next_offset = excluded.next_offset
                """))) {
      for (Map.Entry<Integer, Long> entry : next.entrySet()) {
        statement.setInt(1, entry.getKey());
        statement.setLong(2, entry.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private void appendLayer(
      StringBuilder out, Connection connection, Counted<S, ?> counted, Care care)
      throws SQLException {
    Proposal proposal = counted.record().proposal();
    Position position = counted.record().position();
    text(out, proposal.subject().type());
    text(out, proposal.subject().id());
    out.append(proposal.sequence()).append('\t');
    String json = json(connection, counted, care);
    if (json == null) {
      out.append("\\N\t");
    } else {
      escape(out, json);
      out.append('\t');
    }
    text(out, proposal.type());
    text(out, proposal.id());
    text(out, proposal.cause().actor());
    text(out, proposal.cause().causationId());
    text(out, proposal.cause().correlationId());
    text(out, proposal.node());
    out.append(position.partition()).append('\t').append(position.offset()).append('\t');
    out.append(proposal.time()).append('\t');
    out.append(counted.opened()).append('\t');
    out.append(proposal.last() ? position.offset() : "\\N").append('\t');
  }

  private static void appendStart(StringBuilder out, Counted<?, ?> counted) {
    out.append(counted.record().position().offset()).append('\t');
    out.append(counted.record().proposal().time()).append('\n');
  }

  private @Nullable String json(Connection connection, Counted<S, ?> counted, Care care)
      throws SQLException {
    S after = counted.after();
    if (after == null) {
      return null;
    }
    return switch (care) {
      case WITHOUT_STATE -> UNKNOWN;
      case NORMAL -> {
        try {
          yield PostgresText.keepJson(codec.encode(after));
        } catch (RuntimeException e) {
          LOG.errorf(e, "No JSON of %s", counted.record().proposal().subject());
          markIncomplete(connection);
          yield UNKNOWN;
        }
      }
    };
  }

  private void markIncomplete(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(schema.sql("update SCHEMA.about set complete = false"));
    }
  }

  private void copy(Connection connection, String statement, StringBuilder rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(schema.sql(statement), new StringReader(rows.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a reader of memory
    }
  }

  private static void text(StringBuilder out, String value) {
    escape(out, PostgresText.keep(value));
    out.append('\t');
  }

  private static void escape(StringBuilder out, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        default -> out.append(c);
      }
    }
  }

  /** Data exceptions, and limits of the program: the same rows would be refused for ever. */
  private static boolean isAboutContent(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("54"));
  }
}
