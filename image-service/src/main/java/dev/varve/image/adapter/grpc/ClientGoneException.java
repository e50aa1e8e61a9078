package dev.varve.image.adapter.grpc;

import java.io.IOException;

/** Nobody reads any more; nothing is to be reported. */
final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  ClientGoneException() {
    super("the client went away");
  }
}
