package dev.varve.eventlog.adapter.postgres;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a projection is kept.
 *
 * @param source gives connections; the projection holds one while it lives
 * @param schema one engine's, for one service, for example {@code varve_image}; made when missing,
 *     and dropped and made again whenever its content does not fit the log
 */
public record PostgresSettings(DataSource source, String schema) {
  public PostgresSettings {
    if (!schema.matches("[a-z_][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("not a schema's name: " + schema);
    }
  }

  public static PostgresSettings of(String url, String user, String password, String schema) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setUser(user);
    source.setPassword(password);
    source.setApplicationName("varve");
    source.setTcpKeepAlive(true);
    source.setConnectTimeout(5);
    source.setSocketTimeout(60);
    return new PostgresSettings(source, schema);
  }
}
