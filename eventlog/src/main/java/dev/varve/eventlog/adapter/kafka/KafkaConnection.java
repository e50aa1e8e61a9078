package dev.varve.eventlog.adapter.kafka;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a Kafka cluster.
 *
 * @param bootstrap {@code host:port[,host:port…]}
 * @param propertiesFile client properties in Kafka's own words (security, above all), or null. They
 *     yield to what the log's correctness rests on.
 */
public record KafkaConnection(String bootstrap, @Nullable Path propertiesFile) {

  /**
   * Client properties, complete but for what is special to producer or consumer.
   *
   * @throws UncheckedIOException when the file cannot be read
   */
  public Properties properties() {
    Properties properties = new Properties();
    if (propertiesFile != null) {
      try (Reader reader = Files.newBufferedReader(propertiesFile)) {
        properties.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    properties.setProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.putIfAbsent(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, "50");
    properties.putIfAbsent(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, "1000");
    properties.putIfAbsent(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, "false");
    properties.putIfAbsent(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
    return properties;
  }
}
