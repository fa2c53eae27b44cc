package io.millrace.expression;

import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.expression.value.Exact;
import io.millrace.expression.value.Floating;
import io.millrace.expression.value.Nothing;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Text;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Value;
import io.millrace.expression.value.Whole;
import io.millrace.row.ImageFlyweight;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Generated expressions over generated rows give what PostgreSQL gives. More of them, or others: {@code -Dmillrace.expressions=100000
 * -Dmillrace.expressions.seed=7}.
 *
 * <p>Documented differences: PostgreSQL counts small whole numbers in 32 bits and may run out of them; and it may compute, and fail in,
 * a part that does not decide the result.
 */
@RealServers(POSTGRES_18)
class ExpressionOracleIT {
    private static final int COUNT = Integer.getInteger("millrace.expressions", 3_000);
    private static final long SEED = Long.getLong("millrace.expressions.seed", 20L);
    private static final int ROWS = 40;
    private static final int MOST_SHOWN = 30;
    private static final int A_QUERY = 25;
    private static final String DATA_ERROR = "22";

    private record Case(String text, SqlType type) {
        /** The result as a text that both sides can give. */
        String sql() {
            return switch (type) {
                case DATE -> "((" + text + ") - date '2000-01-01')::text";
                case TIMESTAMP ->
                    "(extract(epoch from (" + text + ") - timestamp '2000-01-01') * 1000000)::bigint::text";
                case INSTANT ->
                    "(extract(epoch from (" + text + ") - timestamptz '2000-01-01 00:00+00') * 1000000)::bigint::text";
                default -> "(" + text + ")::text";
            };
        }
    }

    @Test
    void shouldGiveWhatPostgresGivesWhenExpressionsAreGenerated(PostgresServer server) throws SQLException {
        String database = server.freshDatabase("oracle");
        server.execute(
                "postgres",
                "CREATE DATABASE " + database + "_c TEMPLATE template0 ENCODING UTF8 LOCALE_PROVIDER builtin"
                        + " BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'");
        Random random = new Random(SEED);
        OracleTable table = new OracleTable(random, ROWS);
        RandomExpressions expressions = new RandomExpressions(random);
        Outcome outcome = new Outcome();
        try (Connection connection = server.connect(database + "_c");
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            fill(connection, table);
            for (int done = 0; done < COUNT; done += A_QUERY) {
                List<Case> cases = new ArrayList<>();
                for (int i = 0; i < A_QUERY; i++) {
                    SqlType type = expressions.type();
                    cases.add(new Case(expressions.of(type, 1 + random.nextInt(3)), type));
                }
                compare(statement, table, cases, outcome);
            }
        }
        assertEquals(
                "",
                outcome.differences.stream().limit(MOST_SHOWN).collect(Collectors.joining("\n")),
                "seed=" + SEED + ", differences=" + outcome.differences.size());
        assertTrue(outcome.equal > COUNT * ROWS / 2, "compared: " + outcome.equal);
        assertTrue(outcome.errors > 0, "errors on both sides: " + outcome.errors);
        assertTrue(outcome.errorsThereOnly < COUNT / 50, "errors of the server alone: " + outcome.errorsThereOnly);
    }

    private static final class Outcome {
        private final List<String> differences = new ArrayList<>();
        private long equal;
        private int errors;
        private int errorsThereOnly;
    }

    private static void fill(Connection connection, OracleTable table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE oracle (id int PRIMARY KEY, " + OracleTable.COLUMNS + ")");
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO oracle VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (int row = 0; row < ROWS; row++) {
                Object[] values = table.rows().get(row);
                insert.setInt(1, row);
                for (int i = 0; i < values.length; i++) {
                    boolean isInstant = i == values.length - 1 && values[i] != null;
                    insert.setObject(
                            i + 2, isInstant ? ((LocalDateTime) values[i]).atOffset(ZoneOffset.UTC) : values[i]);
                }
                insert.executeUpdate();
            }
        }
    }

    private static void compare(Statement statement, OracleTable table, List<Case> cases, Outcome outcome)
            throws SQLException {
        Optional<List<List<String>>> theirs = ask(statement, cases);
        if (theirs.isEmpty() && cases.size() > 1) {
            for (Case each : cases) {
                compare(statement, table, List.of(each), outcome);
            }
            return;
        }
        for (int i = 0; i < cases.size(); i++) {
            for (boolean isPostgres : new boolean[] {true, false}) {
                compare(
                        table,
                        cases.get(i),
                        isPostgres,
                        theirs.isEmpty() ? null : theirs.get().get(i),
                        outcome);
            }
        }
    }

    /** By expression, then by row; empty where the server calls a value of one of them an error. */
    private static Optional<List<List<String>>> ask(Statement statement, List<Case> cases) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT id");
        cases.forEach(each -> sql.append(", ").append(each.sql()));
        List<List<String>> results = new ArrayList<>();
        cases.forEach(each -> results.add(new ArrayList<>()));
        try (ResultSet found = statement.executeQuery(sql + " FROM oracle ORDER BY id")) {
            while (found.next()) {
                for (int i = 0; i < cases.size(); i++) {
                    results.get(i).add(found.getString(i + 2));
                }
            }
        } catch (SQLException e) {
            if (e.getSQLState().startsWith(DATA_ERROR)) {
                return Optional.empty();
            }
            throw new SQLException("not an expression there: " + sql, e.getSQLState(), e);
        }
        return Optional.of(results);
    }

    private static void compare(
            OracleTable table, Case expression, boolean isPostgres, List<String> theirs, Outcome outcome) {
        var schema = OracleTable.schema(isPostgres);
        Value value;
        try {
            value = Expression.of(expression.text(), schema).newValue();
        } catch (InvalidExpressionException e) {
            outcome.differences.add(expression.text() + ": " + e.getMessage());
            return;
        }
        boolean hasFailed = false;
        for (int row = 0; row < ROWS; row++) {
            ImageFlyweight image = OracleTable.image(table.rows().get(row), schema);
            String mine;
            try {
                mine = value.load(image) ? text(value) : null;
            } catch (MillraceException e) {
                assertEquals(ErrorCode.EXPRESSION_FAILED, e.code());
                hasFailed = true;
                if (theirs != null) {
                    outcome.differences.add(expression.text() + ": row " + row + ": " + e.getMessage());
                }
                continue;
            }
            if (theirs != null && !isSame(expression.type(), mine, theirs.get(row))) {
                outcome.differences.add(expression.text() + ": row " + row + ": " + mine + ", not " + theirs.get(row));
                return;
            }
            outcome.equal += theirs == null ? 0 : 1;
        }
        outcome.errors += theirs == null && hasFailed ? 1 : 0;
        outcome.errorsThereOnly += theirs == null && !hasFailed ? 1 : 0;
    }

    private static boolean isSame(SqlType type, String mine, String theirs) {
        if (type == SqlType.DOUBLE && mine != null && theirs != null) {
            return Double.parseDouble(mine) == Double.parseDouble(theirs) || mine.equals(theirs);
        }
        return mine == null ? theirs == null : mine.equals(theirs);
    }

    private static String text(Value value) {
        if (value instanceof Truth truth) {
            return String.valueOf(truth.isTrue);
        }
        if (value instanceof Whole whole) {
            return String.valueOf(whole.value);
        }
        if (value instanceof Exact exact) {
            return exact.value.toString();
        }
        if (value instanceof Floating floating) {
            return String.valueOf(floating.value);
        }
        if (value instanceof Nothing nothing) {
            return nothing.literal();
        }
        Text text = (Text) value;
        byte[] bytes = new byte[text.length];
        text.buffer.getBytes(text.offset, bytes);
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }
}
