package io.millrace.expression;

import io.millrace.expression.value.SqlType;
import java.util.List;
import java.util.Random;

/** Expressions over the columns of {@link OracleTable}, each of a type that is asked for. One seed gives one series. */
final class RandomExpressions {
    private static final List<SqlType> ALL = List.of(
            SqlType.BOOLEAN,
            SqlType.INTEGER,
            SqlType.DECIMAL,
            SqlType.DOUBLE,
            SqlType.TEXT,
            SqlType.DATE,
            SqlType.TIMESTAMP,
            SqlType.INSTANT);
    private static final List<SqlType> NUMBERS = List.of(SqlType.INTEGER, SqlType.DECIMAL, SqlType.DOUBLE);
    private static final List<SqlType> DAYS = List.of(SqlType.DATE, SqlType.TIMESTAMP, SqlType.INSTANT);
    private static final List<SqlType> PRINTED = List.of(
            SqlType.BOOLEAN,
            SqlType.INTEGER,
            SqlType.DECIMAL,
            SqlType.TEXT,
            SqlType.DATE,
            SqlType.TIMESTAMP,
            SqlType.INSTANT);
    private static final List<String> WORDS =
            List.of("", "a", "A", "abc", "Äb", "ß", "x%y", "a_c", "ΣΑΣ", "it''s", "好", "😀b", " ");
    private static final List<String> PATTERNS =
            List.of("%", "a%", "%b%", "_", "__", "%\\%%", "a\\_c", "%Ä%", "_b", "%a%b%c%", "", "%好", "x%y%");

    private final Random random;

    RandomExpressions(Random random) {
        this.random = random;
    }

    SqlType type() {
        return one(ALL);
    }

    String of(SqlType type, int depth) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return leaf(type);
        }
        if (random.nextInt(12) == 0) {
            return "coalesce(" + of(type, depth - 1) + ", " + of(type, depth - 1) + ")";
        }
        if (random.nextInt(8) == 0) {
            return cast(type, depth - 1);
        }
        return switch (type) {
            case BOOLEAN -> condition(depth - 1);
            case INTEGER -> whole(depth - 1);
            case DECIMAL, DOUBLE -> number(type, depth - 1);
            case TEXT -> text(depth - 1);
            case DATE -> date(depth - 1);
            default -> leaf(type);
        };
    }

    private String leaf(SqlType type) {
        boolean isColumn = random.nextInt(3) > 0;
        return switch (type) {
            case BOOLEAN -> isColumn ? "ok" : one(List.of("true", "false", "null"));
            case INTEGER -> isColumn ? one(List.of("i", "j")) : String.valueOf(random.nextInt(41) - 20);
            case DECIMAL ->
                isColumn
                        ? one(List.of("n", "m"))
                        : one(List.of("0.0", "1.5", "-0.001", "12345678901234567890.123", "1e3"));
            case DOUBLE -> "d";
            case TEXT -> isColumn ? one(List.of("t", "s")) : "'" + one(WORDS) + "'";
            case DATE -> isColumn ? "day" : "date '2024-02-29'";
            case TIMESTAMP -> isColumn ? "ts" : "timestamp '2024-02-29 23:59:59.5'";
            default -> "tz";
        };
    }

    private String condition(int depth) {
        return switch (random.nextInt(11)) {
            case 0 -> group(of(SqlType.BOOLEAN, depth)) + " and " + group(of(SqlType.BOOLEAN, depth));
            case 1 -> group(of(SqlType.BOOLEAN, depth)) + " or " + group(of(SqlType.BOOLEAN, depth));
            case 2 -> "not " + group(of(SqlType.BOOLEAN, depth));
            case 3 -> group(of(type(), depth)) + " is " + (random.nextBoolean() ? "not " : "") + "null";
            case 4 -> between(depth);
            case 5 -> in(depth);
            case 6 ->
                group(of(SqlType.TEXT, depth)) + (random.nextBoolean() ? " not" : "") + " like '" + one(PATTERNS) + "'";
            case 7 ->
                group(of(SqlType.BOOLEAN, depth)) + " is " + (random.nextBoolean() ? "not " : "")
                        + (random.nextBoolean() ? "true" : "false");
            case 8 -> group(of(one(NUMBERS), depth)) + comparison() + group(of(one(NUMBERS), depth));
            case 9 -> one(List.of("day", "ts", "tz")) + comparison() + one(List.of("day", "ts", "tz", "'2024-02-29'"));
            default -> {
                SqlType type = type();
                yield group(of(type, depth)) + comparison() + group(of(type, depth));
            }
        };
    }

    private String between(int depth) {
        SqlType type = one(List.of(SqlType.INTEGER, SqlType.DECIMAL, SqlType.TEXT, SqlType.DATE));
        return group(of(type, depth)) + (random.nextBoolean() ? " not" : "") + " between " + group(of(type, 0))
                + " and " + group(of(type, depth));
    }

    private String in(int depth) {
        SqlType type = one(List.of(SqlType.INTEGER, SqlType.DECIMAL, SqlType.TEXT, SqlType.DATE));
        return group(of(type, depth)) + (random.nextBoolean() ? " not" : "") + " in (" + leaf(type) + ", " + leaf(type)
                + (random.nextInt(4) == 0 ? ", null" : "") + ")";
    }

    private String comparison() {
        return " " + one(List.of("=", "<>", "<", "<=", ">", ">=")) + " ";
    }

    private String whole(int depth) {
        return switch (random.nextInt(8)) {
            case 0 -> "length(" + of(SqlType.TEXT, depth) + ")";
            case 1 -> group(of(SqlType.DATE, depth)) + " - " + group(of(SqlType.DATE, depth));
            case 2 -> "abs(" + of(SqlType.INTEGER, depth) + ")";
            case 3 -> "- " + group(of(SqlType.INTEGER, depth));
            case 4 ->
                of(SqlType.INTEGER, 0) + " " + one(List.of("+", "-", "*")) + " " + of(SqlType.INTEGER, 0) + " "
                        + one(List.of("+", "-", "*")) + " " + of(SqlType.INTEGER, 0);
            default ->
                group(of(SqlType.INTEGER, depth)) + " " + one(List.of("+", "-", "*", "/", "%")) + " "
                        + group(of(SqlType.INTEGER, depth));
        };
    }

    private String number(SqlType type, int depth) {
        List<String> operators =
                type == SqlType.DOUBLE ? List.of("+", "-", "*", "/") : List.of("+", "-", "*", "/", "%");
        return switch (random.nextInt(6)) {
            case 0 -> "abs(" + of(type, depth) + ")";
            case 1 -> "- " + group(of(type, depth));
            case 2 -> group(of(SqlType.INTEGER, depth)) + " " + one(operators) + " " + group(of(type, depth));
            case 3 ->
                group(of(type, depth)) + " " + one(operators) + " "
                        + group(of(type == SqlType.DOUBLE ? one(NUMBERS) : SqlType.INTEGER, depth));
            default -> group(of(type, depth)) + " " + one(operators) + " " + group(of(type, depth));
        };
    }

    private String text(int depth) {
        return switch (random.nextInt(5)) {
            case 0 -> "lower(" + of(SqlType.TEXT, depth) + ")";
            case 1 -> "upper(" + of(SqlType.TEXT, depth) + ")";
            case 2 -> group(of(SqlType.TEXT, depth)) + " || " + group(of(SqlType.TEXT, depth));
            case 3 -> "substring(" + of(SqlType.TEXT, depth) + ", " + (random.nextInt(7) - 2) + ")";
            default ->
                "substring(" + of(SqlType.TEXT, depth) + " from " + (random.nextInt(7) - 2) + " for "
                        + random.nextInt(4) + ")";
        };
    }

    private String date(int depth) {
        return switch (random.nextInt(3)) {
            case 0 -> "date(" + one(List.of("ts", "tz", "day")) + ")";
            case 1 -> group(of(SqlType.DATE, depth)) + " + " + (random.nextInt(800) - 400);
            default -> group(of(SqlType.DATE, depth)) + " - " + (random.nextInt(800) - 400);
        };
    }

    private String cast(SqlType type, int depth) {
        return switch (type) {
            case BOOLEAN ->
                one(List.of(
                        "cast(cast(" + group(of(SqlType.INTEGER, depth)) + " % 3 as int) as boolean)",
                        "cast(" + one(List.of("'t'", "cast(' YES ' as text)", "'false'", "t")) + " as boolean)",
                        throughText(SqlType.BOOLEAN, "boolean", depth)));
            case INTEGER ->
                random.nextInt(5) == 0
                        ? throughText(SqlType.INTEGER, "bigint", depth)
                        : "cast(" + group(of(one(NUMBERS), depth)) + " as "
                                + one(List.of("bigint", "bigint", "int", "smallint")) + ")";
            case DECIMAL ->
                random.nextInt(5) == 0
                        ? throughText(SqlType.DECIMAL, "numeric", depth)
                        : "cast(" + group(of(one(NUMBERS), depth)) + " as "
                                + one(List.of("numeric", "decimal(12,2)", "numeric(30, 5)", "decimal(4)")) + ")";
            case DOUBLE ->
                random.nextInt(5) == 0
                        ? throughText(SqlType.DECIMAL, "double precision", depth)
                        : "cast(" + group(of(one(NUMBERS), depth)) + " as double precision)";
            case TEXT ->
                "cast(" + group(of(one(PRINTED), depth)) + " as " + one(List.of("text", "varchar(3)", "varchar")) + ")";
            case DATE ->
                random.nextInt(3) == 0
                        ? throughText(SqlType.DATE, "date", depth)
                        : "cast(" + group(of(one(DAYS), depth)) + " as date)";
            case TIMESTAMP ->
                random.nextInt(3) == 0
                        ? throughText(SqlType.TIMESTAMP, "timestamp", depth)
                        : "cast(" + group(of(one(DAYS), depth)) + " as "
                                + one(List.of("timestamp", "timestamp(2)", "timestamp(0)")) + ")";
            default ->
                random.nextInt(3) == 0
                        ? throughText(SqlType.INSTANT, "timestamptz", depth)
                        : "cast(" + group(of(one(DAYS), depth)) + " as "
                                + one(List.of("timestamptz", "timestamptz(1)", "timestamp with time zone")) + ")";
        };
    }

    private String throughText(SqlType from, String to, int depth) {
        return "cast(cast(" + group(of(from, depth)) + " as text) as " + to + ")";
    }

    private static String group(String expression) {
        return expression.matches("[a-z]+|[0-9.]+|'[^']*'") ? expression : "(" + expression + ")";
    }

    private <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
