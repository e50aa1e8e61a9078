package dev.varve.eventlog.adapter.jackson;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.Subject;
import java.util.Map;

/**
 * A {@link StateCodec} for states made of records, enums, collections, {@code Optional}, {@code
 * java.time} and sealed interfaces, without annotations on them.
 *
 * <p>Members of a sealed interface are told apart by a property {@code @type} with names from a
 * list given here, never by the names of classes: classes may be renamed, and what is read can make
 * nothing but the listed types. Only components are written, not other methods of a record.
 */
public final class JsonStateCodec<S> implements StateCodec<S> {
  private final int version;
  private final ObjectWriter writer;
  private final ObjectReader reader;

  private JsonStateCodec(int version, ObjectWriter writer, ObjectReader reader) {
    this.version = version;
    this.writer = writer;
    this.reader = reader;
  }

  /**
   * A codec for states of that type.
   *
   * @param version see {@link StateCodec#version}
   * @param names each member of each sealed interface within the state, by its name in JSON
   * @throws IllegalArgumentException when a member of a sealed interface has no name
   */
  public static <S> JsonStateCodec<S> of(Class<S> type, int version, Map<String, Class<?>> names) {
    NamedTypes named = NamedTypes.of(type, names);
    ObjectMapper mapper =
        JsonMapper.builder()
            .annotationIntrospector(named)
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule().addKeyDeserializer(Subject.class, new SubjectKeys()))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .visibility(PropertyAccessor.GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .build();
    return new JsonStateCodec<>(version, mapper.writerFor(type), mapper.readerFor(type));
  }

  /** For states without sealed interfaces. */
  public static <S> JsonStateCodec<S> of(Class<S> type, int version) {
    return of(type, version, Map.of());
  }

  @Override
  public int version() {
    return version;
  }

  @Override
  public String encode(S state) {
    try {
      return writer.writeValueAsString(state);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a state for JSON: " + e.getMessage(), e);
    }
  }

  @Override
  public S decode(String json) {
    try {
      return reader.readValue(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a state: " + e.getMessage(), e);
    }
  }

  private static final class SubjectKeys extends KeyDeserializer {
    @Override
    public Object deserializeKey(String key, DeserializationContext context) {
      return Subject.parse(key);
    }
  }
}
