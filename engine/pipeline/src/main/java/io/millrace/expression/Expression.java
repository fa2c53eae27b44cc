package io.millrace.expression;

import io.millrace.expression.cast.CastType;
import io.millrace.expression.cast.Casts;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Value;
import io.millrace.reader.RowCondition;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.sf.jsqlparser.expression.CastExpression;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;

/** A parsed expression that fits a table. Immutable; what rows are computed by is made for each thread. */
public final class Expression {
    private final String text;
    private final net.sf.jsqlparser.expression.Expression tree;
    private final TableSchema schema;
    private final SqlType type;
    private final Set<Integer> columns;

    private Expression(
            String text,
            net.sf.jsqlparser.expression.Expression tree,
            TableSchema schema,
            SqlType type,
            Set<Integer> columns) {
        this.text = text;
        this.tree = tree;
        this.schema = schema;
        this.type = type;
        this.columns = Set.copyOf(columns);
    }

    /**
     * Reads an expression over a table's columns.
     *
     * @throws InvalidExpressionException with every problem of it
     */
    public static Expression of(String text, TableSchema schema) {
        net.sf.jsqlparser.expression.Expression tree = ExpressionParser.parse(text);
        Set<Integer> columns = new TreeSet<>();
        SqlType type = build(tree, schema, columns).type();
        return new Expression(text, tree, schema, type, columns);
    }

    private static Value build(net.sf.jsqlparser.expression.Expression tree, TableSchema schema, Set<Integer> columns) {
        List<String> problems = new ArrayList<>();
        Value value = new ExpressionBuilder(schema, columns, problems).build(tree);
        if (!problems.isEmpty()) {
            throw new InvalidExpressionException(problems);
        }
        return value;
    }

    /**
     * The same, of an expression that is true, false or unknown.
     *
     * @throws InvalidExpressionException also where it is not
     */
    public static Expression condition(String text, TableSchema schema) {
        Expression expression = of(text, schema);
        if (expression.type != SqlType.BOOLEAN && expression.type != SqlType.NULL) {
            throw new InvalidExpressionException(List.of("a condition is expected: type=" + expression.type.text()));
        }
        return expression;
    }

    public SqlType type() {
        return type;
    }

    /** Positions of the columns that it reads: each must have been sent before it is computed. */
    public Set<Integer> columns() {
        return columns;
    }

    /** The column that the expression itself names, where it is a CAST as a whole: with the cast's type. */
    public Optional<Column> castColumn(String name, boolean isNullable) {
        net.sf.jsqlparser.expression.Expression inner = tree;
        while (inner instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
            inner = list.get(0);
        }
        return inner instanceof CastExpression cast
                ? Optional.of(CastType.parse(cast.getColDataType().toString()).column(name, isNullable))
                : Optional.empty();
    }

    /** Whether, over one column alone, two values of that column always have two values. */
    public boolean keepsApart() {
        return columns.size() == 1 && Distinctness.holds(tree, schema);
    }

    /** A condition as a source may judge it; empty where only we know what it means. */
    public Optional<RowCondition> rowCondition() {
        return RowConditions.of(tree, schema);
    }

    /** For one thread: whether a row meets a condition. */
    public Condition newCondition() {
        return new Condition((Truth) Casts.to(SqlType.BOOLEAN, newValue()), columns);
    }

    Value newValue() {
        return build(tree, schema, new TreeSet<>());
    }

    /** As the user wrote it. */
    @Override
    public String toString() {
        return text;
    }
}
