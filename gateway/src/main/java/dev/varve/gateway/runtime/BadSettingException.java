package dev.varve.gateway.runtime;

import java.io.IOException;

/**
 * A setting of the operator's with which nothing can be started. Has no stack trace, so that its
 * text ends what the log says of the failed start.
 */
final class BadSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadSettingException(IOException reason) {
    super(String.valueOf(reason.getMessage()), null, false, false);
  }
}
