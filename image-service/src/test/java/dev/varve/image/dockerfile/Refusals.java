package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What is refused, and in which words. */
final class Refusals {
  private Refusals() {}

  static void assertRefused(ThrowingCallable action, String message) {
    assertThatThrownBy(action).isInstanceOf(DockerfileException.class).hasMessage(message);
  }
}
