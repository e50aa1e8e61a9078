package dev.varve.image.dockerfile;

/** What the expansions of one build may still produce, so that variables cannot grow for ever. */
final class Budget {
  private long characters = Limits.EXPANDED_CHARACTERS;

  /**
   * @throws Malformed when nothing is left
   */
  void spend(int count) {
    characters -= count;
    if (characters < 0) {
      throw new Malformed(
          "variables expand to more than " + Limits.EXPANDED_CHARACTERS + " characters");
    }
  }
}
