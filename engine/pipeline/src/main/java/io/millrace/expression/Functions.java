package io.millrace.expression;

import io.millrace.expression.cast.Literals;
import io.millrace.expression.operator.Arithmetic;
import io.millrace.expression.operator.Coalesce;
import io.millrace.expression.operator.TextFunctions;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Value;
import io.millrace.expression.value.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.NamedExpressionList;

/** Calls of functions. Confined to one thread. */
final class Functions {
    private static final String KNOWN = "lower, upper, length, coalesce, substring, abs, date, json_value";

    private final ExpressionBuilder builder;

    Functions(ExpressionBuilder builder) {
        this.builder = builder;
    }

    Value build(Function function) {
        String name = function.getName().toLowerCase(Locale.ROOT);
        NamedExpressionList<?> named = function.getNamedParameters();
        ExpressionList<?> list = named == null ? function.getParameters() : named;
        List<Value> values = new ArrayList<>();
        if (list != null) {
            for (Expression each : list) {
                values.add(builder.build(each));
            }
        }
        if (named != null && !isFromFor(name, named.getNames())) {
            return builder.unknown("parameters with such names are not known: function=" + name);
        }
        String parameters = named != null
                ? named.toString()
                : "(" + (list == null ? "" : list.stream().map(Object::toString).collect(Collectors.joining(", ")))
                        + ")";
        builder.requireText(function, function.getName() + parameters);
        return switch (name) {
            case "lower", "upper" ->
                values.size() == 1
                        ? new TextFunctions.Case(builder.text(values.get(0), name), name.equals("upper"))
                        : wrongCount(name, values);
            case "length" ->
                values.size() == 1
                        ? new TextFunctions.Length(builder.text(values.get(0), name))
                        : wrongCount(name, values);
            case "abs" -> values.size() == 1 ? abs(values.get(0)) : wrongCount(name, values);
            case "date" -> values.size() == 1 ? date(values.get(0)) : wrongCount(name, values);
            case "coalesce" -> values.isEmpty() ? wrongCount(name, values) : coalesce(values);
            case "substring" -> values.size() == 2 || values.size() == 3 ? substring(values) : wrongCount(name, values);
            default -> builder.unknown("unknown function: function=" + name + ", known=" + KNOWN);
        };
    }

    private static boolean isFromFor(String name, List<String> names) {
        String words = names.stream().map(word -> word.toLowerCase(Locale.ROOT)).collect(Collectors.joining(" "));
        return name.equals("substring") && (words.equals(" from") || words.equals(" from for"));
    }

    private Value wrongCount(String name, List<Value> values) {
        return builder.unknown(
                "a function has another number of parameters: function=" + name + ", got=" + values.size());
    }

    private Value abs(Value value) {
        if (value.type() == SqlType.NULL) {
            return Literals.ofNull(SqlType.DOUBLE);
        }
        return value.type().isNumber() ? Arithmetic.signed(value, true) : builder.mismatch("abs", value);
    }

    private Value date(Value value) {
        return switch (value.type()) {
            case TIMESTAMP, INSTANT -> new Arithmetic.DayOf((Whole) value);
            case DATE, UNTYPED, NULL -> builder.cast(SqlType.DATE, value);
            default -> builder.mismatch("date", value);
        };
    }

    private Value coalesce(List<Value> values) {
        SqlType type = SqlType.NULL;
        for (Value each : values) {
            SqlType next =
                    type.isOpen() && each.type().isOpen() ? each.type() : ExpressionBuilder.common(type, each.type());
            if (next == SqlType.OPAQUE) {
                return builder.mismatch("coalesce", values.toArray(new Value[0]));
            }
            type = next;
        }
        SqlType common = type.isOpen() ? SqlType.TEXT : type;
        return Coalesce.of(
                common, values.stream().map(each -> builder.cast(common, each)).toList());
    }

    private Value substring(List<Value> values) {
        Whole from = whole(values.get(1));
        Whole count = values.size() == 3 ? whole(values.get(2)) : null;
        return new TextFunctions.Substring(builder.text(values.get(0), "substring"), from, count);
    }

    private Whole whole(Value value) {
        if (value.type() != SqlType.INTEGER && !value.type().isOpen()) {
            builder.mismatch("substring", value);
            return Literals.of(SqlType.INTEGER, 1);
        }
        return (Whole) builder.cast(SqlType.INTEGER, value);
    }
}
