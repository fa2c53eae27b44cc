package io.millrace.expression;

import java.util.List;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.parser.ParseException;

/** Text to JSqlParser's tree. */
final class ExpressionParser {
    static final int MOST_CHARACTERS = 10_000;
    static final int MOST_NESTED = 100;

    private ExpressionParser() {}

    /**
     * Parses.
     *
     * @throws InvalidExpressionException where it is no expression; it says where, and not what stands there
     */
    static Expression parse(String text) {
        if (text.length() > MOST_CHARACTERS || nesting(text) > MOST_NESTED) {
            throw new InvalidExpressionException(List.of(
                    "expression is too long: mostCharacters=" + MOST_CHARACTERS + ", mostNested=" + MOST_NESTED));
        }
        requireNoComment(text);
        try {
            return CCJSqlParserUtil.parseExpression(text, false);
        } catch (JSQLParserException e) {
            String place = e.getCause() instanceof ParseException parse && parse.currentToken != null
                    ? ": character=" + parse.currentToken.beginColumn
                    : "";
            throw new InvalidExpressionException(List.of("not an SQL expression" + place));
        }
    }

    private static int nesting(String text) {
        int deepest = 0;
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
            deepest = Math.max(deepest, depth);
        }
        return deepest;
    }

    /** The parser passes over comments, so that a part of what was meant would not count. */
    private static void requireNoComment(String text) {
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"' || c == '`') {
                quote = c;
            } else if (text.startsWith("--", i) || text.startsWith("/*", i) || text.startsWith("//", i)) {
                throw new InvalidExpressionException(List.of("comments are not read: character=" + (i + 1)));
            }
        }
    }
}
