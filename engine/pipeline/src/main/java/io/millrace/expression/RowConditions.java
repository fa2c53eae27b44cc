package io.millrace.expression;

import io.millrace.reader.RowCondition;
import io.millrace.reader.RowCondition.Operator;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.sf.jsqlparser.expression.BinaryExpression;
import net.sf.jsqlparser.expression.BooleanValue;
import net.sf.jsqlparser.expression.DateUnitExpression;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.NotExpression;
import net.sf.jsqlparser.expression.SignedExpression;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.conditional.OrExpression;
import net.sf.jsqlparser.expression.operators.relational.Between;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.GreaterThan;
import net.sf.jsqlparser.expression.operators.relational.GreaterThanEquals;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.IsBooleanExpression;
import net.sf.jsqlparser.expression.operators.relational.IsNullExpression;
import net.sf.jsqlparser.expression.operators.relational.MinorThan;
import net.sf.jsqlparser.expression.operators.relational.MinorThanEquals;
import net.sf.jsqlparser.expression.operators.relational.NotEqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.schema.Column;

/**
 * Conditions that a source may judge in our place: comparisons of whole numbers, truth values, {@code IS NULL}, and what joins them. Of
 * trees that {@link ExpressionBuilder} has taken without a problem. Confined to one thread.
 */
final class RowConditions {
    private final TableSchema schema;

    private RowConditions(TableSchema schema) {
        this.schema = schema;
    }

    /** Empty where any part of it is more than that. */
    static Optional<RowCondition> of(Expression tree, TableSchema schema) {
        return new RowConditions(schema).condition(tree);
    }

    private Optional<RowCondition> condition(Expression tree) {
        if (tree instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
            return condition(list.get(0));
        }
        if (tree instanceof AndExpression and) {
            return both(and).map(RowCondition.All::new);
        }
        if (tree instanceof OrExpression or) {
            return both(or).map(RowCondition.Any::new);
        }
        if (tree instanceof NotExpression not) {
            return condition(not.getExpression()).map(RowCondition.Not::new);
        }
        if (tree instanceof BooleanValue truth) {
            return Optional.of(new RowCondition.Constant(truth.getValue()));
        }
        if (tree instanceof IsBooleanExpression is) {
            return condition(is.getLeftExpression())
                    .map(inner -> negated(new RowCondition.Is(inner, is.isTrue()), is.isNot()));
        }
        if (tree instanceof IsNullExpression isNull) {
            return column(isNull.getLeftExpression())
                    .map(column -> negated(new RowCondition.IsNull(column), isNull.isNot()));
        }
        if (tree instanceof Between between) {
            return all(Stream.of(
                            compared(
                                    between.getLeftExpression(),
                                    Operator.AT_LEAST,
                                    between.getBetweenExpressionStart()),
                            compared(between.getLeftExpression(), Operator.AT_MOST, between.getBetweenExpressionEnd())))
                    .map(ends -> negated(new RowCondition.All(ends), between.isNot()));
        }
        if (tree instanceof InExpression in && in.getRightExpression() instanceof ParenthesedExpressionList<?> list) {
            return all(list.stream().map(each -> compared(in.getLeftExpression(), Operator.EQUAL, each)))
                    .map(any -> negated(new RowCondition.Any(any), in.isNot()));
        }
        if (tree instanceof BinaryExpression binary && operator(binary) != null) {
            return compared(binary.getLeftExpression(), operator(binary), binary.getRightExpression());
        }
        return column(tree).filter(this::isTruth).map(RowCondition.IsSet::new);
    }

    private Optional<List<RowCondition>> both(BinaryExpression tree) {
        return all(Stream.of(condition(tree.getLeftExpression()), condition(tree.getRightExpression())));
    }

    private static Optional<List<RowCondition>> all(Stream<Optional<RowCondition>> parts) {
        List<RowCondition> found = new ArrayList<>();
        for (Optional<RowCondition> part : parts.toList()) {
            if (part.isEmpty()) {
                return Optional.empty();
            }
            found.add(part.get());
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private static RowCondition negated(RowCondition condition, boolean isNot) {
        return isNot ? new RowCondition.Not(condition) : condition;
    }

    private static Operator operator(BinaryExpression tree) {
        if (tree instanceof EqualsTo) {
            return Operator.EQUAL;
        }
        if (tree instanceof NotEqualsTo) {
            return Operator.UNEQUAL;
        }
        if (tree instanceof GreaterThan) {
            return Operator.GREATER;
        }
        if (tree instanceof GreaterThanEquals) {
            return Operator.AT_LEAST;
        }
        if (tree instanceof MinorThan) {
            return Operator.LESS;
        }
        return tree instanceof MinorThanEquals ? Operator.AT_MOST : null;
    }

    private Optional<RowCondition> compared(Expression left, Operator operator, Expression right) {
        Optional<Integer> column = column(left);
        Optional<Integer> other = column(right);
        if (column.isEmpty()) {
            return other.isEmpty() ? Optional.empty() : compared(right, operator.turned(), left);
        }
        if (bare(right) instanceof BooleanValue truth && isTruth(column.get())) {
            boolean isEquality = operator == Operator.EQUAL || operator == Operator.UNEQUAL;
            return isEquality
                    ? Optional.of(negated(
                            new RowCondition.IsSet(column.get()), truth.getValue() == (operator == Operator.UNEQUAL)))
                    : Optional.empty();
        }
        if (!isWhole(column.get())) {
            return Optional.empty();
        }
        if (other.isPresent()) {
            return other.filter(this::isWhole).map(each -> new RowCondition.ToColumn(column.get(), operator, each));
        }
        return number(right).map(each -> new RowCondition.ToNumber(column.get(), operator, each));
    }

    private static Expression bare(Expression tree) {
        return tree instanceof ParenthesedExpressionList<?> list && list.size() == 1 ? bare(list.get(0)) : tree;
    }

    private Optional<Integer> column(Expression tree) {
        Expression bare = bare(tree);
        if (!(bare instanceof Column || bare instanceof DateUnitExpression)) {
            return Optional.empty();
        }
        Set<Integer> found = new TreeSet<>();
        new ExpressionBuilder(schema, found, new ArrayList<>()).build(bare);
        return found.stream().findFirst();
    }

    private boolean isWhole(int column) {
        ColumnType type = schema.columns().get(column).type();
        return type == ColumnType.INTEGER || type == ColumnType.UNSIGNED;
    }

    private boolean isTruth(int column) {
        return schema.columns().get(column).type() == ColumnType.BOOLEAN;
    }

    /** Of 64 bits, without the least. */
    private static Optional<Long> number(Expression tree) {
        Expression bare = bare(tree);
        if (bare instanceof SignedExpression signed) {
            return number(signed.getExpression()).map(number -> signed.getSign() == '-' ? -number : number);
        }
        if (!(bare instanceof LongValue value)) {
            return Optional.empty();
        }
        String digits = value.getStringValue();
        boolean isShort = digits.length() <= 19 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isShort && new BigInteger(digits).bitLength() < Long.SIZE
                ? Optional.of(Long.parseLong(digits))
                : Optional.empty();
    }
}
