package dev.varve.eventlog.fold;

import dev.varve.eventlog.Subject;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The live subjects' states alone, read through; unmodifiable and weakly consistent. */
final class LiveView<S> extends AbstractMap<Subject, S> {
  private final Map<Subject, Fold.Known<S>> live;

  LiveView(Map<Subject, Fold.Known<S>> live) {
    this.live = live;
  }

  @Override
  public @Nullable S get(Object key) {
    Fold.Known<S> known = live.get(key);
    return known == null ? null : known.versioned().state().orElse(null);
  }

  @Override
  public boolean containsKey(Object key) {
    return live.containsKey(key);
  }

  @Override
  public int size() {
    return live.size();
  }

  @Override
  public Set<Entry<Subject, S>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<Subject, S>> iterator() {
        Iterator<Entry<Subject, Fold.Known<S>>> each = live.entrySet().iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return each.hasNext();
          }

          @Override
          public Entry<Subject, S> next() {
            Entry<Subject, Fold.Known<S>> entry = each.next();
            return Map.entry(entry.getKey(), entry.getValue().versioned().state().orElseThrow());
          }
        };
      }

      @Override
      public int size() {
        return live.size();
      }
    };
  }
}
