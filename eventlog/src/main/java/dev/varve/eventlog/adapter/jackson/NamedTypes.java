package dev.varve.eventlog.adapter.jackson;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers Jackson's questions about sealed interfaces, as annotations on them would. */
final class NamedTypes extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1L;
  private static final JsonTypeInfo.Value BY_NAME =
      JsonTypeInfo.Value.construct(
          JsonTypeInfo.Id.NAME,
          JsonTypeInfo.As.PROPERTY,
          "@type",
          null,
          false,
          /* requireTypeIdForSubtypes= */ true);

  private final transient Map<Class<?>, String> names;
  private final transient Set<Class<?>> sealedTypes;

  private NamedTypes(Map<Class<?>, String> names, Set<Class<?>> sealedTypes) {
    this.names = names;
    this.sealedTypes = sealedTypes;
  }

  static NamedTypes of(Class<?> root, Map<String, Class<?>> named) {
    Map<Class<?>, String> names = new HashMap<>();
    named.forEach((name, type) -> names.put(type, name));
    Set<Class<?>> sealedTypes = new HashSet<>();
    names.keySet().forEach(type -> collectSealed(type, sealedTypes));
    collectSealed(root, sealedTypes);
    for (Class<?> type : sealedTypes) {
      for (Class<?> member : type.getPermittedSubclasses()) {
        if (!member.isSealed() && !names.containsKey(member)) {
          throw new IllegalArgumentException(member + " has no name");
        }
      }
    }
    return new NamedTypes(names, sealedTypes);
  }

  @Override
  public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
      MapperConfig<?> config, Annotated annotated) {
    Class<?> type = annotated.getRawType();
    return annotated instanceof AnnotatedClass
            && (sealedTypes.contains(type) || names.containsKey(type))
        ? BY_NAME
        : super.findPolymorphicTypeInfo(config, annotated);
  }

  @Override
  public @Nullable List<NamedType> findSubtypes(Annotated annotated) {
    Class<?> type = annotated.getRawType();
    if (!sealedTypes.contains(type)) {
      return super.findSubtypes(annotated);
    }
    return names.entrySet().stream()
        .filter(entry -> type.isAssignableFrom(entry.getKey()))
        .map(entry -> new NamedType(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public @Nullable String findTypeName(AnnotatedClass annotated) {
    String name = names.get(annotated.getRawType());
    return name != null ? name : super.findTypeName(annotated);
  }

  private static void collectSealed(Class<?> type, Set<Class<?>> found) {
    if (type.isSealed() && !type.isEnum()) {
      found.add(type);
    }
    for (Class<?> parent : type.getInterfaces()) {
      collectSealed(parent, found);
    }
  }
}
