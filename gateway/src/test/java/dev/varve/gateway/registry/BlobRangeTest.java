package dev.varve.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-0,0,1",
    "bytes=2-4,2,3",
    "bytes=2-,2,8",
    "bytes=9-99,9,1",
    "bytes=-3,7,3",
    "bytes=-99,0,10"
  })
  void isOnePart(String header, long offset, long length) throws Exception {
    assertThat(BlobRange.parse(header, 10)).contains(new BlobRange(offset, length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=-", "bytes=4-2", "bytes=0-1,3-4", "items=0-1", "bytes=x-", "0-1"})
  void whatIsNoneMeansTheWhole(String header) throws Exception {
    assertThat(BlobRange.parse(header, 10)).isEmpty();
    assertThat(BlobRange.parse(null, 10)).isEmpty();
  }

  @Test
  void outsideThereIsNothing() {
    assertThatThrownBy(() -> BlobRange.parse("bytes=10-", 10))
        .isInstanceOf(BlobRange.OutsideException.class);
    assertThatThrownBy(() -> BlobRange.parse("bytes=-0", 10))
        .isInstanceOf(BlobRange.OutsideException.class);
    assertThatThrownBy(() -> BlobRange.parse("bytes=0-", 0))
        .isInstanceOf(BlobRange.OutsideException.class);
  }
}
