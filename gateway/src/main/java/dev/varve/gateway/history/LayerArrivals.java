package dev.varve.gateway.history;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.varve.eventlog.Event;
import dev.varve.events.image.v1.ImageAdded;
import dev.varve.events.image.v1.Layer;
import dev.varve.events.image.v1.Origin;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * For each layer the first event that brought it: later images that are built on it found it here.
 * Any thread.
 */
final class LayerArrivals {
  private final Map<String, LayerArrival> byChainId = new ConcurrentHashMap<>();

  /** Counted events in the log's order. */
  void accept(Event<Message> event) {
    if (event.data() instanceof ImageAdded added
        && added.getOrigin().getKind() != Origin.Kind.KIND_BUILD_STEP) {
      for (Layer layer : added.getLayersList()) {
        byChainId.computeIfAbsent(
            layer.getChainId(), _ -> arrival(event, added.getImageId(), layer));
      }
    }
  }

  Optional<LayerArrival> of(String chainId) {
    return Optional.ofNullable(byChainId.get(chainId));
  }

  private static LayerArrival arrival(Event<Message> event, String imageId, Layer layer) {
    return new LayerArrival(
        fields(layer.getOrigin()),
        event.id(),
        imageId,
        event.time(),
        event.cause().actor(),
        event.node());
  }

  /** All that is said, so that a kind of origin added to the schema is told of without us. */
  private static Map<String, Object> fields(Message message) {
    Map<String, Object> fields = new HashMap<>();
    message.getAllFields().forEach((field, value) -> fields.put(name(field), value(field, value)));
    return fields;
  }

  /** As Docker writes names: {@code manifest_digest} is {@code ManifestDigest}. */
  private static String name(FieldDescriptor field) {
    String name = field.getJsonName();
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  private static Object value(FieldDescriptor field, Object value) {
    return switch (value) {
      case EnumValueDescriptor word -> word(field, word);
      case Message message -> fields(message);
      default -> value;
    };
  }

  /** {@code KIND_PULL} of the enumeration {@code Kind} is {@code pull}. */
  private static String word(FieldDescriptor field, EnumValueDescriptor value) {
    String prefix = field.getEnumType().getName() + "_";
    String name = value.getName();
    boolean prefixed = name.regionMatches(true, 0, prefix, 0, prefix.length());
    return (prefixed ? name.substring(prefix.length()) : name).toLowerCase(Locale.ROOT);
  }
}
