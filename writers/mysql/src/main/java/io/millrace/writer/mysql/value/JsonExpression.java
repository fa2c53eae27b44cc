package io.millrace.writer.mysql.value;

import io.millrace.writer.mysql.connection.SqlOutput;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * A JSON text as an expression of SQL, in which each number is a literal: the server's parser of SQL reads them exactly, and knows DECIMAL,
 * where its parser of JSON does not ({@link JsonNumbers}).
 *
 * <pre>
 *  {"a": [0.41384962831330796, "x", true]}
 *  JSON_OBJECT('a',JSON_ARRAY(0.41384962831330796e0,'x',true))
 * </pre>
 *
 * <p>What is no JSON never becomes SQL: {@link JsonSyntax} is asked before. Stateless.
 */
final class JsonExpression {
    private JsonExpression() {}

    /**
     * Writes the expression of what is JSON.
     *
     * @return {@link Fault#NONE}, or why there is none
     */
    static int put(DirectBuffer text, int offset, int length, SqlOutput output) {
        int end = offset + length;
        int first = skipSpace(text, offset, end);
        boolean isScalar = first < end && text.getByte(first) != '{' && text.getByte(first) != '[';
        if (isScalar) {
            output.putAscii("CAST(");
        }
        for (int at = first; at < end; at = skipSpace(text, at, end)) {
            byte c = text.getByte(at);
            if (c == '"') {
                int to = JsonNumbers.endOfString(text, at, end);
                putString(text, at, to, isName(text, to, end), output);
                at = to;
            } else if (JsonNumbers.isNumber(c)) {
                int to = JsonNumbers.endOfNumber(text, at, end);
                if (!putNumber(text, at, to, output)) {
                    return Fault.JSON_NUMBER;
                }
                at = to;
            } else {
                put(c, output);
                at++;
            }
        }
        if (isScalar) {
            output.putAscii(" AS JSON)");
        }
        return Fault.NONE;
    }

    private static void put(byte c, SqlOutput output) {
        switch (c) {
            case '{' -> output.putAscii("JSON_OBJECT(");
            case '[' -> output.putAscii("JSON_ARRAY(");
            case '}', ']' -> output.putByte(')');
            case ':' -> output.putByte(',');
            default -> output.putByte(c); // a comma, or a letter of true, false and null
        }
    }

    private static int skipSpace(DirectBuffer text, int from, int end) {
        int at = from;
        while (at < end && JsonSyntax.isSpace(text.getByte(at))) {
            at++;
        }
        return at;
    }

    /** Whether a string that ends here is the name of a member. */
    private static boolean isName(DirectBuffer text, int from, int end) {
        int at = skipSpace(text, from, end);
        return at < end && text.getByte(at) == ':';
    }

    /** Escapes are left to the server. */
    private static void putString(DirectBuffer text, int from, int to, boolean isName, SqlOutput output) {
        boolean hasEscapes = false;
        for (int at = from; at < to && !hasEscapes; at++) {
            hasEscapes = text.getByte(at) == '\\';
        }
        if (!hasEscapes) {
            putLiteral(text, from + 1, to - 1, output);
            return;
        }
        output.putAscii(isName ? "JSON_UNQUOTE(" : "CAST(");
        putLiteral(text, from, to, output);
        output.putAscii(isName ? ")" : " AS JSON)");
    }

    private static void putLiteral(DirectBuffer text, int from, int to, SqlOutput output) {
        output.putByte('\'');
        output.putEscaped(text, from, to - from);
        output.putByte('\'');
    }

    private static boolean putNumber(DirectBuffer text, int from, int to, SqlOutput output) {
        byte[] bytes = new byte[to - from];
        text.getBytes(from, bytes);
        String number = new String(bytes, StandardCharsets.US_ASCII);
        String literal = JsonNumbers.isExact(text, from, to) ? JsonNumbers.plain(number) : JsonNumbers.literal(number);
        if (literal != null) {
            output.putAscii(literal);
        }
        return literal != null;
    }
}
