package io.millrace.expression;

import io.millrace.expression.cast.CastType;
import io.millrace.expression.value.SqlType;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.TreeSet;
import net.sf.jsqlparser.expression.CastExpression;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.SignedExpression;
import net.sf.jsqlparser.expression.StringValue;
import net.sf.jsqlparser.expression.operators.arithmetic.Addition;
import net.sf.jsqlparser.expression.operators.arithmetic.Concat;
import net.sf.jsqlparser.expression.operators.arithmetic.Multiplication;
import net.sf.jsqlparser.expression.operators.arithmetic.Subtraction;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.schema.Column;

/**
 * Whether an expression over one column gives two of its values always two values, where it gives one at all: whole numbers and days to which a number
 * is added, or which are multiplied by one that is not zero; texts with a text before or behind; and casts to types that have room for all. What is not
 * known to is said not to. Of trees that {@link ExpressionBuilder} has taken without a problem.
 */
final class Distinctness {
    private static final int WHOLE_CHARACTERS = 20; // of a long, with its sign
    private static final int WHOLE_DIGITS = 19;

    private final TableSchema schema;

    private Distinctness(TableSchema schema) {
        this.schema = schema;
    }

    static boolean holds(Expression tree, TableSchema schema) {
        return new Distinctness(schema).holds(tree);
    }

    private boolean holds(Expression tree) {
        if (tree instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
            return holds(list.get(0));
        }
        if (tree instanceof Column) {
            return true;
        }
        if (tree instanceof SignedExpression signed) {
            return type(tree) == SqlType.INTEGER && holds(signed.getExpression());
        }
        if (tree instanceof Addition sum) {
            return isCounted(tree) && isShifted(sum.getLeftExpression(), sum.getRightExpression());
        }
        if (tree instanceof Subtraction difference) {
            return isCounted(tree) && isShifted(difference.getLeftExpression(), difference.getRightExpression());
        }
        if (tree instanceof Multiplication product) {
            return type(tree) == SqlType.INTEGER
                    && (isScaled(product.getLeftExpression(), product.getRightExpression())
                            || isScaled(product.getRightExpression(), product.getLeftExpression()));
        }
        if (tree instanceof Concat joined) {
            return isJoined(joined.getLeftExpression(), joined.getRightExpression())
                    || isJoined(joined.getRightExpression(), joined.getLeftExpression());
        }
        return tree instanceof CastExpression cast && holds(cast.getLeftExpression()) && hasRoom(cast);
    }

    private boolean isCounted(Expression tree) {
        return type(tree) == SqlType.INTEGER || type(tree) == SqlType.DATE;
    }

    private boolean isShifted(Expression left, Expression right) {
        return (isConstant(right) && isCounted(left) && holds(left))
                || (isConstant(left) && isCounted(right) && holds(right));
    }

    private boolean isScaled(Expression number, Expression factor) {
        return isConstant(factor) && !isZero(factor) && type(number) == SqlType.INTEGER && holds(number);
    }

    private static boolean isConstant(Expression tree) {
        return tree instanceof LongValue
                || (tree instanceof SignedExpression signed && isConstant(signed.getExpression()));
    }

    private static boolean isZero(Expression constant) {
        return constant instanceof SignedExpression signed
                ? isZero(signed.getExpression())
                : ((LongValue) constant).getBigIntegerValue().signum() == 0;
    }

    private boolean isJoined(Expression text, Expression constant) {
        return constant instanceof StringValue && type(text) == SqlType.TEXT && holds(text);
    }

    private boolean hasRoom(CastExpression cast) {
        CastType to = CastType.parse(cast.getColDataType().toString());
        SqlType from = type(cast.getLeftExpression());
        return switch (to.type()) {
            case INTEGER -> from == SqlType.INTEGER; // what has no room is an error
            case DECIMAL -> from == SqlType.INTEGER && (to.length() < 0 || to.length() - to.scale() >= WHOLE_DIGITS);
            case TEXT ->
                switch (from) {
                    case INTEGER -> to.length() < 0 || to.length() >= WHOLE_CHARACTERS;
                    case TEXT, DATE, TIMESTAMP, INSTANT -> to.length() < 0;
                    default -> false;
                };
            case TIMESTAMP, INSTANT -> from == SqlType.DATE;
            default -> false;
        };
    }

    private SqlType type(Expression tree) {
        return new ExpressionBuilder(schema, new TreeSet<>(), new ArrayList<>())
                .build(tree)
                .type();
    }
}
