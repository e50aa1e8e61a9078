package dev.varve.gateway.route;

import com.google.protobuf.ByteString;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.ResponseStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer that is compressed when the client says it would like that, as dockerd's
 * archives are. Quickly rather than well: who copies within one machine does not ask for it. One
 * thread.
 */
final class EncodedStream implements AutoCloseable {
  private static final int BUFFER = 64 << 10;

  private final ResponseStream stream;
  private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
  private final @Nullable OutputStream encoder;

  private EncodedStream(ResponseStream stream, String encoding) throws IOException {
    this.stream = stream;
    this.encoder =
        switch (encoding) {
          case "gzip" -> new FastGzip(packed);
          case "deflate" -> new DeflaterOutputStream(packed, new Deflater(Deflater.BEST_SPEED));
          default -> null;
        };
  }

  static EncodedStream open(Exchange exchange, String contentType) throws IOException {
    String encoding = encoding(exchange.header("Accept-Encoding"));
    if (!encoding.isEmpty()) {
      exchange.setHeader("Content-Encoding", encoding);
    }
    return new EncodedStream(exchange.stream(200, contentType), encoding);
  }

  /** Which of those we know the client accepts; empty for none. */
  static String encoding(@Nullable String accepted) {
    String text = accepted == null ? "" : accepted.toLowerCase(Locale.ROOT);
    for (String known : new String[] {"gzip", "deflate"}) {
      for (String part : text.split(",", -1)) {
        String[] words = part.replace(" ", "").split(";", 2);
        boolean refused = words.length > 1 && words[1].matches("q=0(\\.0*)?");
        if ((words[0].equals(known) || words[0].equals("*")) && !refused) {
          return known;
        }
      }
    }
    return "";
  }

  /** False when the client is gone; nothing more need be sent. */
  boolean write(ByteString bytes) throws IOException, InterruptedException {
    if (encoder == null) {
      return stream.write(bytes.asReadOnlyByteBuffer());
    }
    bytes.writeTo(encoder);
    return flush(BUFFER);
  }

  private boolean flush(int atLeast) throws InterruptedException {
    if (packed.size() < atLeast) {
      return true;
    }
    byte[] ready = packed.toByteArray();
    packed.reset();
    return stream.write(ready);
  }

  /** Sends what is still here. */
  @Override
  public void close() throws IOException, InterruptedException {
    if (encoder != null) {
      encoder.close();
      var _ = flush(1);
    }
  }

  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
