package io.millrace.expression;

import io.millrace.expression.cast.Casts;
import io.millrace.expression.cast.Literals;
import io.millrace.expression.json.JsonPath;
import io.millrace.expression.json.JsonValue;
import io.millrace.expression.operator.Arithmetic;
import io.millrace.expression.operator.Comparisons;
import io.millrace.expression.operator.Logic;
import io.millrace.expression.operator.TextFunctions;
import io.millrace.expression.value.Nothing;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Text;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Value;
import io.millrace.expression.value.Whole;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import net.sf.jsqlparser.expression.BinaryExpression;
import net.sf.jsqlparser.expression.BooleanValue;
import net.sf.jsqlparser.expression.CastExpression;
import net.sf.jsqlparser.expression.DateTimeLiteralExpression;
import net.sf.jsqlparser.expression.DateUnitExpression;
import net.sf.jsqlparser.expression.DoubleValue;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.JsonFunction;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.NullValue;
import net.sf.jsqlparser.expression.SignedExpression;
import net.sf.jsqlparser.expression.StringValue;
import net.sf.jsqlparser.expression.operators.arithmetic.Addition;
import net.sf.jsqlparser.expression.operators.arithmetic.Concat;
import net.sf.jsqlparser.expression.operators.arithmetic.Division;
import net.sf.jsqlparser.expression.operators.arithmetic.Modulo;
import net.sf.jsqlparser.expression.operators.arithmetic.Multiplication;
import net.sf.jsqlparser.expression.operators.arithmetic.Subtraction;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.conditional.OrExpression;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.GreaterThan;
import net.sf.jsqlparser.expression.operators.relational.GreaterThanEquals;
import net.sf.jsqlparser.expression.operators.relational.LikeExpression;
import net.sf.jsqlparser.expression.operators.relational.MinorThan;
import net.sf.jsqlparser.expression.operators.relational.MinorThanEquals;
import net.sf.jsqlparser.expression.operators.relational.NotEqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.schema.Column;

/**
 * JSqlParser's tree to ours, typed on the way. What it has more than we know of is a problem: the tree's own text, put together from
 * the parts that we read, must be the tree's text, so that no clause is passed over. Confined to one thread.
 */
final class ExpressionBuilder {
    private final TableSchema schema;
    private final Set<Integer> columns;
    private final List<String> problems;
    private final Functions functions = new Functions(this);
    private final Predicates predicates = new Predicates(this);

    /**
     * @param columns takes the positions of what is read
     * @param problems takes what is wrong; the value is of use only where nothing is
     */
    ExpressionBuilder(TableSchema schema, Set<Integer> columns, List<String> problems) {
        this.schema = schema;
        this.columns = columns;
        this.problems = problems;
    }

    Value build(Expression tree) {
        if (tree instanceof Column column) {
            return column(column);
        }
        if (tree instanceof DateUnitExpression unit) {
            return named(unit.toString(), false); // a column that is called as a unit of time is
        }
        if (tree instanceof LongValue number) {
            return number(number.getStringValue());
        }
        if (tree instanceof DoubleValue number) {
            return number(number.toString());
        }
        if (tree instanceof StringValue literal) {
            return literal(literal);
        }
        if (tree instanceof NullValue) {
            return Nothing.ofNull();
        }
        if (tree instanceof BooleanValue truth) {
            return Literals.of(truth.getValue());
        }
        if (tree instanceof DateTimeLiteralExpression moment) {
            return moment(moment);
        }
        if (tree instanceof SignedExpression signed) {
            return signed(signed);
        }
        if (tree instanceof Function function) {
            return functions.build(function);
        }
        if (tree instanceof JsonFunction json) {
            return json(json);
        }
        if (tree instanceof CastExpression cast) {
            return ExplicitCasts.build(cast, this);
        }
        if (tree instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
            requireText(tree, "(" + list.get(0) + ")");
            return build(list.get(0));
        }
        return tree instanceof BinaryExpression binary && !(tree instanceof LikeExpression)
                ? binary(binary)
                : predicates.build(tree);
    }

    private Value binary(BinaryExpression tree) {
        requireText(
                tree, tree.getLeftExpression() + " " + tree.getStringExpression() + " " + tree.getRightExpression());
        if (tree instanceof AndExpression || tree instanceof OrExpression) {
            return new Logic.Junction(
                    truth(tree.getLeftExpression()), truth(tree.getRightExpression()), tree instanceof AndExpression);
        }
        Value left = build(tree.getLeftExpression());
        Value right = build(tree.getRightExpression());
        if (tree instanceof Concat) {
            return new TextFunctions.Concat(text(left, "||"), text(right, "||"));
        }
        Comparisons.Operator comparison = comparison(tree);
        if (comparison != null) {
            return compare(comparison, left, right);
        }
        Arithmetic.Operator operator = arithmetic(tree);
        if (operator == null) {
            return unknown("no such operator here: operator=" + tree.getStringExpression());
        }
        return compute(operator, tree.getStringExpression(), left, right);
    }

    private static Comparisons.Operator comparison(BinaryExpression tree) {
        if (tree instanceof EqualsTo) {
            return Comparisons.Operator.EQUAL;
        }
        if (tree instanceof NotEqualsTo) {
            return Comparisons.Operator.UNEQUAL;
        }
        if (tree instanceof GreaterThan) {
            return Comparisons.Operator.GREATER;
        }
        if (tree instanceof GreaterThanEquals) {
            return Comparisons.Operator.AT_LEAST;
        }
        if (tree instanceof MinorThan) {
            return Comparisons.Operator.LESS;
        }
        return tree instanceof MinorThanEquals ? Comparisons.Operator.AT_MOST : null;
    }

    private static Arithmetic.Operator arithmetic(BinaryExpression tree) {
        if (tree instanceof Addition) {
            return Arithmetic.Operator.ADD;
        }
        if (tree instanceof Subtraction) {
            return Arithmetic.Operator.SUBTRACT;
        }
        if (tree instanceof Multiplication) {
            return Arithmetic.Operator.MULTIPLY;
        }
        if (tree instanceof Division) {
            return Arithmetic.Operator.DIVIDE;
        }
        return tree instanceof Modulo ? Arithmetic.Operator.REMAINDER : null;
    }

    private Value column(Column column) {
        String quoted = column.getColumnName();
        if (!column.toString().equals(quoted)) {
            return unknown("a column stands without its table's name: column=" + quoted);
        }
        boolean isQuoted = quoted.startsWith("\"") || quoted.startsWith("`");
        return named(isQuoted ? quoted.substring(1, quoted.length() - 1) : quoted, isQuoted);
    }

    private Value named(String name, boolean isQuoted) {
        int index = schema.indexOf(name);
        if (index < 0 && !isQuoted) {
            List<Integer> alike = java.util.stream.IntStream.range(
                            0, schema.columns().size())
                    .filter(i -> schema.columns().get(i).name().equalsIgnoreCase(name))
                    .boxed()
                    .toList();
            index = alike.size() == 1 ? alike.get(0) : -1;
        }
        if (index < 0) {
            return unknown("unknown column: column=" + name);
        }
        columns.add(index);
        return Columns.of(index, schema.columns().get(index));
    }

    private static Value number(String digits) {
        BigDecimal number = Literals.plain(new BigDecimal(digits));
        boolean isWhole = digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && number.precision() <= 19
                && number.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
        return isWhole ? Literals.of(SqlType.INTEGER, number.longValue()) : Literals.of(number);
    }

    private Value literal(StringValue literal) {
        if (literal.getPrefix() != null || !literal.toString().startsWith("'")) {
            return unknown("a literal stands in plain quotes");
        }
        return Nothing.ofLiteral(literal.getValue().replace("''", "'"));
    }

    private Value moment(DateTimeLiteralExpression moment) {
        SqlType type = switch (moment.getType()) {
            case DATE -> SqlType.DATE;
            case DATETIME, TIMESTAMP -> SqlType.TIMESTAMP;
            case TIMESTAMPTZ -> SqlType.INSTANT;
            case TIME -> SqlType.TIME;
            default -> SqlType.OPAQUE;
        };
        String value = moment.getValue();
        if (type == SqlType.OPAQUE || value.length() < 2 || value.charAt(0) != '\'') {
            return unknown("no literal of this kind is known: kind=" + moment.getType());
        }
        return cast(type, Nothing.ofLiteral(value.substring(1, value.length() - 1)));
    }

    /** JSON_VALUE of a column and a path alone. */
    private Value json(JsonFunction tree) {
        Expression input = tree.getInputExpression() == null
                ? null
                : tree.getInputExpression().getExpression();
        requireText(tree, "JSON_VALUE(" + input + ", " + tree.getJsonPathExpression() + ")");
        if (input == null || !(tree.getJsonPathExpression() instanceof StringValue path)) {
            return unknown("json_value takes a column and a path in plain quotes");
        }
        Value document = build(input);
        boolean isJson = document instanceof Nothing column
                && column.column() != Nothing.NO_COLUMN
                && schema.columns().get(column.column()).type() == ColumnType.JSON;
        if (!isJson) {
            return unknown(
                    "json_value takes a column of JSON: type=" + document.type().text());
        }
        try {
            return new JsonValue(((Nothing) document).column(), JsonPath.parse(path.getValue()));
        } catch (IllegalArgumentException e) {
            return unknown(e.getMessage());
        }
    }

    private Value signed(SignedExpression tree) {
        requireText(tree, String.valueOf(tree.getSign()) + tree.getExpression());
        Value inner = build(tree.getExpression());
        if (!inner.type().isNumber() && inner.type() != SqlType.NULL) {
            return mismatch(String.valueOf(tree.getSign()), inner);
        }
        Value number = inner.type() == SqlType.NULL ? Literals.ofNull(SqlType.INTEGER) : inner;
        return switch (tree.getSign()) {
            case '+' -> number;
            case '-' -> Arithmetic.signed(number, false);
            default -> unknown("no such sign: sign=" + tree.getSign());
        };
    }

    Truth truth(Expression tree) {
        Value value = build(tree);
        if (value.type() != SqlType.BOOLEAN && !value.type().isOpen()) {
            mismatch("a condition", value);
            return Literals.of(false);
        }
        return (Truth) cast(SqlType.BOOLEAN, value);
    }

    Text text(Value value, String operator) {
        if (value.type() != SqlType.TEXT && !value.type().isOpen()) {
            mismatch(operator, value);
            return Literals.of("");
        }
        return (Text) cast(SqlType.TEXT, value);
    }

    Truth compare(Comparisons.Operator operator, Value left, Value right) {
        SqlType type = common(left.type(), right.type());
        if (type == SqlType.OPAQUE) {
            mismatch("a comparison", left, right);
            return Literals.of(false);
        }
        return Comparisons.of(operator, cast(type, left), cast(type, right));
    }

    /** The type that both lead to; OPAQUE where there is none. */
    static SqlType common(SqlType left, SqlType right) {
        if (left.isOpen() && right.isOpen()) {
            return SqlType.TEXT;
        }
        if (left.isOpen() || left == right) {
            return right;
        }
        if (right.isOpen()) {
            return left;
        }
        boolean areAlike = (left.isNumber() && right.isNumber()) || (left.isDay() && right.isDay());
        return !areAlike ? SqlType.OPAQUE : left.compareTo(right) > 0 ? left : right;
    }

    private Value compute(Arithmetic.Operator operator, String sign, Value left, Value right) {
        boolean isSum = operator == Arithmetic.Operator.ADD;
        boolean isDifference = operator == Arithmetic.Operator.SUBTRACT;
        if (isSum && left.type() == SqlType.INTEGER && right.type() == SqlType.DATE) {
            return new Arithmetic.ShiftedDay((Whole) right, (Whole) left, 1);
        }
        if ((isSum || isDifference) && left.type() == SqlType.DATE && right.type() == SqlType.INTEGER) {
            return new Arithmetic.ShiftedDay((Whole) left, (Whole) right, isSum ? 1 : -1);
        }
        if (isDifference && left.type() == SqlType.DATE && right.type() == SqlType.DATE) {
            return new Arithmetic.DaysBetween((Whole) left, (Whole) right);
        }
        SqlType type = left.type() == SqlType.NULL && right.type() == SqlType.NULL
                ? SqlType.INTEGER
                : common(left.type(), right.type());
        boolean isRemainderOfDouble = operator == Arithmetic.Operator.REMAINDER && type == SqlType.DOUBLE;
        if (!type.isNumber() || isRemainderOfDouble) {
            return mismatch(sign, left, right);
        }
        return Arithmetic.of(operator, cast(type, left), cast(type, right));
    }

    /** A value of another type, to which its own leads; a literal is read. */
    Value cast(SqlType type, Value value) {
        try {
            return Casts.to(type, value);
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
            return Literals.ofNull(type);
        }
    }

    /** Adds a problem; the value stands for what cannot be. */
    Value unknown(String problem) {
        problems.add(problem);
        return Nothing.ofNull();
    }

    Value mismatch(String operator, Value... values) {
        String types =
                List.of(values).stream().map(value -> value.type().text()).collect(Collectors.joining(" and "));
        return unknown("types do not fit: operator=" + operator.toLowerCase(Locale.ROOT) + ", types=" + types);
    }

    /** The parts that were read are all there is. */
    void requireText(Expression tree, String parts) {
        if (!tree.toString().equals(parts)) {
            unknown("a clause is not known: kind=" + tree.getClass().getSimpleName());
        }
    }
}
