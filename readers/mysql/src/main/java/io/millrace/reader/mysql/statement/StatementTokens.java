package io.millrace.reader.mysql.statement;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a statement into words, quoted names, strings and signs, the way the servers do: comments vanish, and what stands in a
 * versioned comment counts where the server that wrote it ran it. Immutable.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/8.0/en/language-structure.html">Language structure</a>
 */
public final class StatementTokens {
    /** What a token is. */
    public enum Type {
        /** A keyword, or a name without quotes. */
        WORD,
        /** A name in quotes. */
        NAME,
        STRING,
        SIGN,
        END
    }

    /**
     * One token.
     *
     * @param text without quotes, escapes resolved; a string's text never goes into a message
     * @param start in the statement
     * @param end behind it
     */
    public record Token(Type type, String text, int start, int end) {
        boolean isWord(String upper) {
            return type == Type.WORD && text.equalsIgnoreCase(upper);
        }

        boolean isSign(char sign) {
            return type == Type.SIGN && text.charAt(0) == sign;
        }

        public boolean isIdentifier() {
            return type == Type.WORD || type == Type.NAME;
        }
    }

    private static final int VERSION_DIGITS = 6;

    private final String sql;
    private final SqlDialect dialect;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private boolean inVersioned;

    private StatementTokens(String sql, SqlDialect dialect) {
        this.sql = sql;
        this.dialect = dialect;
    }

    static List<Token> of(String sql, SqlDialect dialect) {
        StatementTokens cutter = new StatementTokens(sql, dialect);
        cutter.cut();
        cutter.tokens.add(new Token(Type.END, "", sql.length(), sql.length()));
        return cutter.tokens;
    }

    private void cut() {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            int start = at;
            if (c <= ' ') {
                at++;
            } else if (c == '#' || startsLineComment()) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("/*", at)) {
                comment();
            } else if (inVersioned && sql.startsWith("*/", at)) {
                at += 2;
                inVersioned = false;
            } else if (c == '`' || (c == '"' && dialect.ansiQuotes())) {
                add(Type.NAME, quoted(c, false), start);
            } else if (c == '\'' || c == '"') {
                add(Type.STRING, quoted(c, dialect.backslashEscapes()), start);
            } else if (isWordCharacter(c)) {
                while (at < sql.length() && isWordCharacter(sql.charAt(at))) {
                    at++;
                }
                add(Type.WORD, sql.substring(start, at), start);
            } else {
                at++;
                add(Type.SIGN, String.valueOf(c), start);
            }
        }
    }

    private void add(Type type, String text, int start) {
        tokens.add(new Token(type, text, start, at));
    }

    /** Passes a comment, or only its mark where its content is part of the statement. */
    private void comment() {
        boolean isMariaDbs = sql.startsWith("/*M!", at);
        if (!isMariaDbs && !sql.startsWith("/*!", at)) {
            int end = sql.indexOf("*/", at + 2);
            at = end < 0 ? sql.length() : end + 2;
            return;
        }
        at = sql.indexOf('!', at) + 1;
        int version = 0;
        int digits = 0;
        while (digits < VERSION_DIGITS && at < sql.length() && isDigit(sql.charAt(at))) {
            version = version * 10 + (sql.charAt(at++) - '0');
            digits++;
        }
        if (dialect.runs(isMariaDbs, version)) {
            inVersioned = true;
        } else {
            skipComment();
        }
    }

    /** To the end of a comment that may hold one more inside. */
    private void skipComment() {
        int depth = 1;
        while (at < sql.length() && depth > 0) {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        }
    }

    /** Two dashes begin a comment only before a blank, a control character or the end. */
    private boolean startsLineComment() {
        return sql.startsWith("--", at) && (at + 2 >= sql.length() || sql.charAt(at + 2) <= ' ');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordCharacter(char c) {
        boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return isLetter || isDigit(c) || c == '_' || c == '$' || c >= 0x80;
    }

    /** Reads to the closing quote; a doubled quote is one that is meant. */
    private String quoted(char quote, boolean withBackslash) {
        StringBuilder text = new StringBuilder();
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c == '\\' && withBackslash && at < sql.length()) {
                escaped(sql.charAt(at++), text);
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

    private static void escaped(char c, StringBuilder text) {
        switch (c) {
            case '0' -> text.append('\0');
            case 'b' -> text.append('\b');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'Z' -> text.append('\032');
            case '%', '_' -> text.append('\\').append(c); // kept for patterns
            default -> text.append(c);
        }
    }
}
