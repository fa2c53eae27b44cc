package io.millrace.expression.json;

import io.millrace.expression.value.EvaluationErrors;
import io.millrace.expression.value.TextScratch;
import org.agrona.DirectBuffer;

/**
 * Goes over the text of a JSON document, which a server has accepted, in UTF-8. What is none all the same is an error, never a place outside of it.
 * Confined to one thread. Hot path: allocates nothing.
 */
final class JsonScanner {
    private static final int MOST_NESTED = 1_000;

    private DirectBuffer buffer;
    private int end;

    void wrap(DirectBuffer json, int offset, int length) {
        buffer = json;
        end = offset + length;
    }

    DirectBuffer buffer() {
        return buffer;
    }

    byte at(int place) {
        if (place >= end) {
            throw EvaluationErrors.invalidJson();
        }
        return buffer.getByte(place);
    }

    /** The first place from here on that is no blank. */
    int skipBlanks(int place) {
        int at = place;
        while (at < end) {
            byte c = buffer.getByte(at);
            if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
                return at;
            }
            at++;
        }
        return at;
    }

    /** Behind the value that begins here. */
    int skipValue(int place) {
        return skipValue(place, 0);
    }

    private int skipValue(int place, int depth) {
        if (depth > MOST_NESTED) {
            throw EvaluationErrors.invalidJson();
        }
        byte c = at(place);
        if (c == '"') {
            return skipString(place);
        }
        if (c != '{' && c != '[') {
            return skipWord(place);
        }
        byte close = c == '{' ? (byte) '}' : (byte) ']';
        int at = skipBlanks(place + 1);
        if (at(at) == close) {
            return at + 1;
        }
        while (true) {
            if (c == '{') {
                at = skipColon(skipString(at));
            }
            at = skipBlanks(skipValue(at, depth + 1));
            byte behind = at(at);
            if (behind == close) {
                return at + 1;
            }
            if (behind != ',') {
                throw EvaluationErrors.invalidJson();
            }
            at = skipBlanks(at + 1);
        }
    }

    /** From behind a member's name to its value. */
    int skipColon(int place) {
        int at = skipBlanks(place);
        if (at(at) != ':') {
            throw EvaluationErrors.invalidJson();
        }
        return skipBlanks(at + 1);
    }

    /** Behind the closing quote. */
    int skipString(int place) {
        if (at(place) != '"') {
            throw EvaluationErrors.invalidJson();
        }
        int at = place + 1;
        while (true) {
            byte c = at(at);
            if (c == '"') {
                return at + 1;
            }
            at += c == '\\' ? 2 : 1;
        }
    }

    /** Behind a number, true, false or null. */
    private int skipWord(int place) {
        int at = place;
        while (at < end) {
            byte c = buffer.getByte(at);
            boolean isOfWord = (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || c == '+'
                    || c == '-'
                    || c == '.';
            if (!isOfWord) {
                break;
            }
            at++;
        }
        if (at == place) {
            throw EvaluationErrors.invalidJson();
        }
        return at;
    }

    /** Adds what a string between two quotes stands for. */
    void unescape(int from, int to, TextScratch scratch) {
        int at = from;
        while (at < to) {
            byte c = buffer.getByte(at);
            if (c != '\\') {
                int run = at;
                while (run < to && buffer.getByte(run) != '\\') {
                    run++;
                }
                scratch.add(buffer, at, run - at);
                at = run;
                continue;
            }
            byte what = at(at + 1);
            if (what != 'u') {
                scratch.addCodePoint(plain(what));
                at += 2;
                continue;
            }
            int unit = unit(at + 2);
            at += 6;
            if (Character.isHighSurrogate((char) unit)
                    && at + 1 < to
                    && buffer.getByte(at) == '\\'
                    && at(at + 1) == 'u') {
                int low = unit(at + 2);
                if (!Character.isLowSurrogate((char) low)) {
                    throw EvaluationErrors.invalidJson();
                }
                unit = Character.toCodePoint((char) unit, (char) low);
                at += 6;
            } else if (Character.isSurrogate((char) unit)) {
                throw EvaluationErrors.invalidJson();
            }
            scratch.addCodePoint(unit);
        }
    }

    private static int plain(byte escaped) {
        return switch (escaped) {
            case '"', '\\', '/' -> escaped;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw EvaluationErrors.invalidJson();
        };
    }

    private int unit(int place) {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(at(place + i), 16);
            if (digit < 0) {
                throw EvaluationErrors.invalidJson();
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }
}
