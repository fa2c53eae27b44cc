package io.millrace.expression;

import java.util.List;

/** An expression that cannot be computed over a table's rows: all of its problems, none of which shows a literal. */
public final class InvalidExpressionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    InvalidExpressionException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
