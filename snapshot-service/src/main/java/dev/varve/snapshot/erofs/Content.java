package dev.varve.snapshot.erofs;

import java.io.IOException;

/** Where a file's bytes come from: like {@link java.io.InputStream#read(byte[], int, int)}. */
@FunctionalInterface
public interface Content {
  int read(byte[] target, int offset, int length) throws IOException;
}
