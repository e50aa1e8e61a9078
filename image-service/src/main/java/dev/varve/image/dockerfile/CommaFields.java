package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** One line of comma-separated values; a field in double quotes may hold commas. */
final class CommaFields {
  private CommaFields() {}

  /**
   * @throws Malformed for a quote that does not end or stands inside of a field
   */
  static List<String> of(String text) {
    List<String> fields = new ArrayList<>();
    int at = 0;
    while (true) {
      StringBuilder field = new StringBuilder();
      at = text.startsWith("\"", at) ? quoted(text, at, field) : plain(text, at, field);
      fields.add(field.toString());
      if (at == text.length()) {
        return fields;
      }
      at++;
    }
  }

  private static int plain(String text, int from, StringBuilder field) {
    int comma = text.indexOf(',', from);
    int end = comma < 0 ? text.length() : comma;
    int quote = text.indexOf('"', from);
    if (quote >= 0 && quote < end) {
      throw new Malformed("parse error on column " + (quote + 1) + ": bare \" in non-quoted field");
    }
    field.append(text, from, end);
    return end;
  }

  private static int quoted(String text, int from, StringBuilder field) {
    int at = from + 1;
    while (true) {
      int quote = text.indexOf('"', at);
      if (quote < 0) {
        throw new Malformed(
            "parse error on column " + (from + 1) + ": extraneous or missing \" in quoted-field");
      }
      field.append(text, at, quote);
      at = quote + 1;
      if (at == text.length() || text.charAt(at) == ',') {
        return at;
      }
      if (text.charAt(at) != '"') {
        throw new Malformed(
            "parse error on column " + at + ": extraneous or missing \" in quoted-field");
      }
      field.append('"');
      at++;
    }
  }
}
