/** The log on a Kafka topic. */
@NullMarked
package dev.varve.eventlog.adapter.kafka;

import org.jspecify.annotations.NullMarked;
