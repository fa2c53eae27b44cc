package io.millrace.reader.mysql.statement;

import io.millrace.reader.mysql.statement.StatementTokens.Token;
import io.millrace.schema.TableId;
import java.util.List;

/** A place in a statement's tokens, and the small steps that all readers of statements share. Confined to one statement. */
public final class TokenCursor {
    /** What cannot be read. It never leaves this package's readers of statements, so it has no trace and no text. */
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable() {
            super("statement cannot be read", null, false, false);
        }
    }

    private final String sql;
    private final List<Token> tokens;
    private final String defaultDatabase;
    private int at;

    public TokenCursor(String sql, SqlDialect dialect, String defaultDatabase) {
        this.sql = sql;
        this.tokens = StatementTokens.of(sql, dialect);
        this.defaultDatabase = defaultDatabase;
    }

    List<Token> tokens() {
        return tokens;
    }

    Token peek() {
        return tokens.get(Math.min(at, tokens.size() - 1));
    }

    /** The token behind the next one. */
    public Token peekSecond() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    public Token next() {
        Token token = peek();
        at++;
        return token;
    }

    int mark() {
        return at;
    }

    void back(int mark) {
        at = mark;
    }

    public boolean isEnd() {
        return peek().type() == StatementTokens.Type.END;
    }

    boolean isWord(String word) {
        return peek().isWord(word);
    }

    boolean isAnyWord(String... words) {
        for (String word : words) {
            if (peek().isWord(word)) {
                return true;
            }
        }
        return false;
    }

    public boolean isSign(char sign) {
        return peek().isSign(sign);
    }

    boolean accept(String word) {
        if (peek().isWord(word)) {
            at++;
            return true;
        }
        return false;
    }

    boolean acceptAny(String... words) {
        for (String word : words) {
            if (accept(word)) {
                return true;
            }
        }
        return false;
    }

    /** Two words, or neither. */
    boolean accept(String first, String second) {
        if (peek().isWord(first) && peekSecond().isWord(second)) {
            at += 2;
            return true;
        }
        return false;
    }

    boolean acceptSign(char sign) {
        if (peek().isSign(sign)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(String word) {
        if (!accept(word)) {
            throw new Unreadable();
        }
    }

    void expectSign(char sign) {
        if (!acceptSign(sign)) {
            throw new Unreadable();
        }
    }

    /** IF EXISTS, IF NOT EXISTS: whether either stands here. */
    boolean acceptIfExists() {
        if (!accept("IF")) {
            return false;
        }
        accept("NOT");
        expect("EXISTS");
        return true;
    }

    /** WAIT n, NOWAIT. */
    void skipWait() {
        if (accept("WAIT")) {
            next();
        } else {
            accept("NOWAIT");
        }
    }

    /** A name, in quotes or not. */
    String identifier() {
        if (!peek().isIdentifier()) {
            throw new Unreadable();
        }
        String text = next().text();
        if (text.indexOf('\uFFFD') >= 0) {
            throw new Unreadable(); // its bytes were no text of the session's character set
        }
        return text;
    }

    /** A character set or collation: a word or a string, in lower case. */
    String charsetName() {
        Token token = next();
        if (!token.isIdentifier() && token.type() != StatementTokens.Type.STRING) {
            throw new Unreadable();
        }
        return token.text().toLowerCase(java.util.Locale.ROOT);
    }

    String string() {
        if (peek().type() != StatementTokens.Type.STRING) {
            throw new Unreadable();
        }
        StringBuilder text = new StringBuilder();
        while (peek().type() == StatementTokens.Type.STRING) { // neighbours are one string
            text.append(next().text());
        }
        return text.toString();
    }

    int number() {
        try {
            return Integer.parseInt(next().text());
        } catch (NumberFormatException e) {
            throw new Unreadable();
        }
    }

    /** A table's name with or without its database. */
    TableId table() {
        acceptSign('.'); // a name of the default database may start so
        String first = identifier();
        if (!acceptSign('.')) {
            return new TableId(defaultDatabase, first);
        }
        return new TableId(first, identifier());
    }

    String defaultDatabase() {
        return defaultDatabase;
    }

    /** From an opening parenthesis past its closing one. */
    void skipParentheses() {
        expectSign('(');
        int depth = 1;
        while (depth > 0) {
            Token token = next();
            if (token.type() == StatementTokens.Type.END) {
                throw new Unreadable();
            }
            depth += token.isSign('(') ? 1 : token.isSign(')') ? -1 : 0;
        }
    }

    /** To a comma or closing parenthesis outside of all further parentheses, or the end. */
    void skipItem() {
        while (!isEnd() && !isSign(',') && !isSign(')')) {
            if (isSign('(')) {
                skipParentheses();
            } else {
                next();
            }
        }
    }

    /** The statement's own text from a token to before the present one. */
    String textSince(int mark) {
        Token first = tokens.get(Math.min(mark, tokens.size() - 1));
        Token last = tokens.get(Math.max(mark, Math.min(at, tokens.size()) - 1));
        return sql.substring(first.start(), last.end());
    }
}
