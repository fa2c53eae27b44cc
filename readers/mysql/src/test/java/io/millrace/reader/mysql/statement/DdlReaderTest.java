package io.millrace.reader.mysql.statement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.reader.mysql.statement.BinlogStatement.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Statements as both servers accept them, hostile ones too, and what each changes: {@code ddl-statements.txt} holds pairs of
 * lines, a statement behind {@code mysql:} or {@code mariadb:} (with the session's modes), and what is read. {@code unreadable}
 * is a statement that stops a task where it touches a selected table.
 */
class DdlReaderTest {
    private static final String RESOURCE = "ddl-statements.txt";

    /** A statement and what it changes. */
    record Case(String dialect, String sql, String expected) {
        SqlDialect sqlDialect() {
            SqlDialect base = SqlDialect.of(dialect.startsWith("mariadb") ? "11.4.5-MariaDB" : "8.0.31", 0);
            return new SqlDialect(
                    base.isMariaDb(),
                    base.version(),
                    dialect.contains("ansi"),
                    !dialect.contains("no-backslash"),
                    dialect.contains("real-float"));
        }

        String read() {
            return DdlReader.read(sql, sqlDialect(), "d").map(ChangeText::of).orElse("unreadable");
        }

        @Override
        public String toString() {
            return dialect + ": " + sql;
        }
    }

    static List<Case> cases() {
        try (InputStream in = DdlReaderTest.class.getResourceAsStream(RESOURCE)) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("==="))
                    .toList();
            return Stream.iterate(0, i -> i < lines.size(), i -> i + 2)
                    .map(i -> {
                        String line = lines.get(i);
                        int colon = line.indexOf(": ");
                        String sql = line.substring(colon + 2).replace("\\N", "\n");
                        return new Case(
                                line.substring(0, colon), sql, lines.get(i + 1).strip());
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldReadWhatAStatementChanges(Case each) {
        assertEquals(each.expected(), each.read().strip());
    }

    @Test
    void shouldKnowAHundredStatementsAndMore() {
        assertTrue(cases().size() >= 100, "cases=" + cases().size());
    }

    /** What the first reading takes for harmless is never looked at again, so it must not be DDL. */
    @ParameterizedTest
    @MethodSource("cases")
    void shouldBeTakenForDdlBefore(Case each) {
        Kind kind = StatementReader.read(each.sql(), "d", each.sqlDialect()).kind();
        assertTrue(kind == Kind.DDL || kind == Kind.DATABASE || kind == Kind.UNKNOWN, kind + ": " + each);
    }
}
