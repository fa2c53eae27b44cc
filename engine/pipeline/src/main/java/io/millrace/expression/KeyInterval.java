package io.millrace.expression;

import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import java.math.BigInteger;
import java.util.List;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.SignedExpression;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.relational.Between;
import net.sf.jsqlparser.expression.operators.relational.ComparisonOperator;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.GreaterThan;
import net.sf.jsqlparser.expression.operators.relational.GreaterThanEquals;
import net.sf.jsqlparser.expression.operators.relational.MinorThan;
import net.sf.jsqlparser.expression.operators.relational.MinorThanEquals;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.schema.Column;

/**
 * The keys for which an expression is true, where they are one interval of whole numbers: comparisons of the key with numbers, joined by
 * {@code and}. Immutable.
 *
 * @param first the least of them; what the column's type can hold limits it
 * @param last the greatest of them, likewise
 * @param least of all keys that the type can hold
 * @param greatest of all keys that the type can hold
 */
public record KeyInterval(BigInteger first, BigInteger last, BigInteger least, BigInteger greatest) {
    private static final BigInteger SIGNED_LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger SIGNED_GREATEST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger UNSIGNED_GREATEST =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    /**
     * Reads an expression over a table.
     *
     * @throws InvalidExpressionException where it is none, or no interval of the table's key
     */
    public static KeyInterval parse(String text, TableSchema table) {
        io.millrace.schema.Column key =
                table.key().size() == 1 ? table.columns().get(table.key().get(0)) : null;
        if (key == null || (key.type() != ColumnType.INTEGER && key.type() != ColumnType.UNSIGNED)) {
            throw refused("the table's key is not one whole number");
        }
        KeyInterval all = key.type() == ColumnType.UNSIGNED
                ? new KeyInterval(BigInteger.ZERO, UNSIGNED_GREATEST, BigInteger.ZERO, UNSIGNED_GREATEST)
                : new KeyInterval(SIGNED_LEAST, SIGNED_GREATEST, SIGNED_LEAST, SIGNED_GREATEST);
        return all.within(ExpressionParser.parse(text), key.name());
    }

    /** Whether no key is in it. */
    public boolean isEmpty() {
        return first.compareTo(last) > 0;
    }

    public boolean hasFirst() {
        return first.compareTo(least) > 0;
    }

    public boolean hasLast() {
        return last.compareTo(greatest) < 0;
    }

    private KeyInterval within(Expression tree, String key) {
        if (tree instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
            return within(list.get(0), key);
        }
        if (tree instanceof AndExpression and) {
            return within(and.getLeftExpression(), key).within(and.getRightExpression(), key);
        }
        if (tree instanceof Between between && !between.isNot() && isKey(between.getLeftExpression(), key)) {
            return from(number(between.getBetweenExpressionStart())).to(number(between.getBetweenExpressionEnd()));
        }
        if (tree instanceof ComparisonOperator comparison && isKey(comparison.getLeftExpression(), key)) {
            return compared(comparison, number(comparison.getRightExpression()));
        }
        throw refused("no interval of the key: kind=" + tree.getClass().getSimpleName());
    }

    private KeyInterval compared(ComparisonOperator comparison, BigInteger number) {
        if (comparison instanceof EqualsTo) {
            return from(number).to(number);
        }
        if (comparison instanceof GreaterThan) {
            return from(number.add(BigInteger.ONE));
        }
        if (comparison instanceof GreaterThanEquals) {
            return from(number);
        }
        if (comparison instanceof MinorThan) {
            return to(number.subtract(BigInteger.ONE));
        }
        if (comparison instanceof MinorThanEquals) {
            return to(number);
        }
        throw refused("no interval of the key: operator=" + comparison.getStringExpression());
    }

    private KeyInterval from(BigInteger number) {
        return new KeyInterval(first.max(number), last, least, greatest);
    }

    private KeyInterval to(BigInteger number) {
        return new KeyInterval(first, last.min(number), least, greatest);
    }

    private static boolean isKey(Expression tree, String key) {
        if (!(tree instanceof Column column) || !column.toString().equals(column.getColumnName())) {
            return false;
        }
        String name = column.getColumnName();
        boolean isQuoted = name.startsWith("\"") || name.startsWith("`");
        return isQuoted ? name.substring(1, name.length() - 1).equals(key) : name.equalsIgnoreCase(key);
    }

    private static BigInteger number(Expression tree) {
        if (tree instanceof LongValue number) {
            return new BigInteger(number.getStringValue());
        }
        if (tree instanceof SignedExpression signed && signed.getSign() == '-') {
            return number(signed.getExpression()).negate();
        }
        throw refused("the key is compared with no whole number");
    }

    private static InvalidExpressionException refused(String why) {
        return new InvalidExpressionException(
                List.of(why + ", expected=comparisons of the key with whole numbers, joined by and"));
    }
}
