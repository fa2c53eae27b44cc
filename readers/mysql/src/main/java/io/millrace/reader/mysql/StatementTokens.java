package io.millrace.reader.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a statement into words, quoted names, strings and signs, the way the servers do: comments vanish, but what stands in a
 * versioned comment counts. Immutable.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/8.0/en/language-structure.html">Language structure</a>
 */
final class StatementTokens {
    /** What a token is. */
    enum Type {
        /** A keyword, or a name without quotes. */
        WORD,
        /** A name in quotes. */
        NAME,
        STRING,
        SIGN,
        END
    }

    /** One token; a word or name without its quotes, a string without its text. */
    record Token(Type type, String text) {
        boolean isWord(String upper) {
            return type == Type.WORD && text.toUpperCase(Locale.ROOT).equals(upper);
        }

        boolean isSign(char sign) {
            return type == Type.SIGN && text.charAt(0) == sign;
        }

        boolean isIdentifier() {
            return type == Type.WORD || type == Type.NAME;
        }
    }

    private static final Token END = new Token(Type.END, "");

    private final String sql;
    private final boolean ansiQuotes;
    private final boolean backslashEscapes;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private StatementTokens(String sql, boolean ansiQuotes, boolean backslashEscapes) {
        this.sql = sql;
        this.ansiQuotes = ansiQuotes;
        this.backslashEscapes = backslashEscapes;
    }

    static List<Token> of(String sql, boolean ansiQuotes, boolean backslashEscapes) {
        StatementTokens cutter = new StatementTokens(sql, ansiQuotes, backslashEscapes);
        cutter.cut();
        cutter.tokens.add(END);
        return cutter.tokens;
    }

    private void cut() {
        boolean inVersioned = false;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c) || c == '\0') {
                at++;
            } else if (c == '#' || startsLineComment()) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("/*!", at) || sql.startsWith("/*M!", at)) {
                at = sql.indexOf('!', at) + 1;
                while (at < sql.length() && Character.isDigit(sql.charAt(at))) {
                    at++;
                }
                inVersioned = true;
            } else if (inVersioned && sql.startsWith("*/", at)) {
                at += 2;
                inVersioned = false;
            } else if (sql.startsWith("/*", at)) {
                int end = sql.indexOf("*/", at + 2);
                at = end < 0 ? sql.length() : end + 2;
            } else if (c == '`' || (c == '"' && ansiQuotes)) {
                tokens.add(new Token(Type.NAME, quoted(c, false)));
            } else if (c == '\'' || c == '"') {
                quoted(c, backslashEscapes);
                tokens.add(new Token(Type.STRING, ""));
            } else if (isWordCharacter(c)) {
                int start = at;
                while (at < sql.length() && isWordCharacter(sql.charAt(at))) {
                    at++;
                }
                tokens.add(new Token(Type.WORD, sql.substring(start, at)));
            } else {
                tokens.add(new Token(Type.SIGN, String.valueOf(c)));
                at++;
            }
        }
    }

    /** Two dashes begin a comment only before a blank, a control character or the end. */
    private boolean startsLineComment() {
        return sql.startsWith("--", at) && (at + 2 >= sql.length() || sql.charAt(at + 2) <= ' ');
    }

    private static boolean isWordCharacter(char c) {
        boolean isAscii = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return isAscii || c == '_' || c == '$' || c >= 0x80;
    }

    /** Reads to the closing quote; a doubled quote is one that is meant. */
    private String quoted(char quote, boolean withBackslash) {
        StringBuilder text = new StringBuilder();
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c == '\\' && withBackslash && at < sql.length()) {
                text.append(sql.charAt(at++));
            } else if (c != quote) {
                text.append(c);
            } else if (at < sql.length() && sql.charAt(at) == quote) {
                text.append(c);
                at++;
            } else {
                return text.toString();
            }
        }
        return text.toString();
    }
}
