package dev.varve.eventlog.adapter.postgres;

import dev.varve.eventlog.Position;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.Subject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** {@link SubjectHistory} from the view {@code subject_history}. */
final class HistoryQueries<S> implements SubjectHistory<S> {
  private static final String OF_SUBJECT =
      "select COLUMNS from SCHEMA.subject_history where subject_type = ? and subject_id = ? ";
  private static final String OF_TYPE =
      "select COLUMNS from SCHEMA.subject_history where subject_type = ? "
          + "and state <> 'null'::jsonb ";

  private final DataSource source;
  private final HistorySchema schema;
  private final StateCodec<S> states;

  HistoryQueries(DataSource source, HistorySchema schema, StateCodec<S> states) {
    this.source = source;
    this.schema = schema;
    this.states = states;
  }

  @Override
  public Optional<S> at(Subject subject, Instant time) {
    return newest(
        query(
            OF_SUBJECT + "and valid_from_time <= ? order by valid_from_offset desc limit 1",
            PostgresText.keep(subject.type()),
            PostgresText.keep(subject.id()),
            time.atOffset(ZoneOffset.UTC)));
  }

  @Override
  public Optional<S> at(Subject subject, Position position) {
    return newest(
        query(
            OF_SUBJECT
                + "and valid_from_partition = ? and valid_from_offset <= ?"
                + " order by valid_from_offset desc limit 1",
            PostgresText.keep(subject.type()),
            PostgresText.keep(subject.id()),
            position.partition(),
            position.offset()));
  }

  @Override
  public Map<Subject, S> allAt(String subjectType, Instant time) {
    OffsetDateTime moment = time.atOffset(ZoneOffset.UTC);
    return states(
        query(
            OF_TYPE + "and valid_from_time <= ? and (valid_to_time is null or valid_to_time > ?)",
            PostgresText.keep(subjectType),
            moment,
            moment));
  }

  @Override
  public Map<Subject, S> allAt(String subjectType, Position position) {
    return states(
        query(
            OF_TYPE
                + "and valid_from_partition = ? and valid_from_offset <= ?"
                + " and (valid_to_offset is null or valid_to_offset > ?)",
            PostgresText.keep(subjectType),
            position.partition(),
            position.offset(),
            position.offset()));
  }

  @Override
  public List<Layer<S>> layers(Subject subject) {
    return query(
        OF_SUBJECT + "order by valid_from_offset",
        PostgresText.keep(subject.type()),
        PostgresText.keep(subject.id()));
  }

  private List<Layer<S>> query(String sql, Object... arguments) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(schema.sql(sql))) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, arguments[i]);
      }
      List<Layer<S>> layers = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          layers.add(layer(rows));
        }
      }
      return layers;
    } catch (SQLException e) {
      throw new HistoryUnavailableException(e);
    }
  }

  private Layer<S> layer(ResultSet row) throws SQLException {
    return new Layer<>(
        new Subject(text(row, "subject_type"), text(row, "subject_id")),
        row.getLong("sequence"),
        text(row, "event_id"),
        text(row, "event_type"),
        row.getObject("valid_from_time", OffsetDateTime.class).toInstant(),
        text(row, "actor"),
        text(row, "causation_id"),
        text(row, "correlation_id"),
        text(row, "node"),
        new Position(row.getInt("valid_from_partition"), row.getLong("valid_from_offset")),
        state(row.getString("state")));
  }

  private @Nullable S state(@Nullable String json) {
    return json == null || json.equals("null") ? null : states.decode(PostgresText.backJson(json));
  }

  private static String text(ResultSet row, String column) throws SQLException {
    return PostgresText.back(row.getString(column));
  }

  private static <S> Optional<S> newest(List<Layer<S>> layers) {
    return layers.stream().findFirst().map(Layer::state);
  }

  private static <S> Map<Subject, S> states(List<Layer<S>> layers) {
    Map<Subject, S> states = new LinkedHashMap<>();
    for (Layer<S> layer : layers) {
      S state = layer.state();
      if (state != null) {
        states.put(layer.subject(), state);
      }
    }
    return states;
  }
}
