package dev.varve.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what is wrong with a text that is no JSON in the words that Docker's clients know. */
final class JsonFault {
  private static final Pattern CHARACTER = Pattern.compile("Unexpected character \\('(.)'");
  private static final Pattern TOKEN = Pattern.compile("Unrecognized token '(.)");

  /** What the parser was waiting for, and how that is said. */
  private record Place(String awaited, String words) {}

  private static final List<Place> PLACES =
      List.of(
          new Place("to start field name", "looking for beginning of object key string"),
          new Place("comma to separate Object", "after object key:value pair"),
          new Place("comma to separate Array", "after array element"),
          new Place("colon to separate field name", "after object key"),
          new Place("expected a valid value", "looking for beginning of value"));

  private JsonFault() {}

  static String describe(JsonProcessingException fault) {
    String message = String.valueOf(fault.getOriginalMessage());
    if (fault instanceof JsonEOFException) {
      return "unexpected EOF";
    }
    Matcher token = TOKEN.matcher(message);
    if (token.find()) {
      return "invalid character '" + token.group(1) + "' looking for beginning of value";
    }
    Matcher character = CHARACTER.matcher(message);
    if (character.find()) {
      for (Place place : PLACES) {
        if (message.contains(place.awaited())) {
          return "invalid character '" + character.group(1) + "' " + place.words();
        }
      }
    }
    return message;
  }
}
