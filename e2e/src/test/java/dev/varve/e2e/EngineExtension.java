package dev.varve.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests an {@link Engine} or its {@link Docker}. One engine serves the whole run; containers
 * are removed after each test.
 *
 * <p>With {@code VARVE_E2E_RIVAL=unix:///run/docker.sock}, tests that need no more than Docker's
 * API judge that engine instead, which proves the tests themselves; the others are skipped.
 */
public final class EngineExtension
    implements ExecutionCondition, ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(EngineExtension.class);
  private static final @Nullable String RIVAL = System.getenv("VARVE_E2E_RIVAL");

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    boolean needsOurs =
        context
            .getTestMethod()
            .map(method -> List.of(method.getParameterTypes()).contains(Engine.class))
            .orElse(false);
    return RIVAL != null && needsOurs
        ? ConditionEvaluationResult.disabled("needs an engine of ours")
        : ConditionEvaluationResult.enabled("");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Engine.class || type == Docker.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getParameter().getType() == Docker.class) {
      return docker(context);
    }
    return running(context).engine();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    docker(context).removeContainers();
  }

  /** Where the engine of this run listens; starts it when this is the first to ask. */
  public static Path socket(ExtensionContext context) {
    return RIVAL == null
        ? running(context).engine().socket()
        : Path.of(RIVAL.substring("unix://".length()));
  }

  private static Docker docker(ExtensionContext context) {
    return RIVAL == null ? running(context).engine().docker() : new Docker(RIVAL);
  }

  private static Running running(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Running.class, key -> new Running(), Running.class);
  }

  /** Closed by JUnit at the end of the run, and by the JVM's end when that comes first. */
  private static final class Running implements AutoCloseable {
    private final Engine engine;
    private final Thread onExit = new Thread(this::closeEngine, "remove the engine under test");
    private @Nullable Throwable failure;

    Running() {
      try {
        engine = new Engine("ve" + Long.toString(ProcessHandle.current().pid(), 36));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Runtime.getRuntime().addShutdownHook(onExit);
      try {
        engine.up();
        engine.seed();
      } catch (Throwable e) {
        failure = e;
      }
    }

    /** One failed start fails every test, at once. */
    Engine engine() {
      if (failure != null) {
        throw new AssertionError("the engine under test did not start", failure);
      }
      return engine;
    }

    @Override
    public void close() {
      Runtime.getRuntime().removeShutdownHook(onExit);
      closeEngine();
    }

    private void closeEngine() {
      try {
        engine.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
