package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Why a publication of ours has no row filter and no column list (decision 0026): statements of the source's users that succeed beside
 * a plain one fail beside those, and no publication can foresee them.
 */
@RealServers(ServerKind.POSTGRES_18)
class PublicationUsersIT {
    private static final String IDENTITY = "42P10"; // invalid_column_reference
    private static final String DEPENDENT = "2BP01"; // dependent_objects_still_exist
    private static final String UNSUPPORTED = "0A000"; // feature_not_supported

    /**
     * What a user does, of which the last statement fails.
     *
     * @param pushed what a publication would have behind the table's name
     */
    private record Change(String pushed, String state, List<String> statements) {
        Change(String pushed, String state, String... statements) {
            this(pushed, state, List.of(statements));
        }

        String[] all() {
            return statements.toArray(String[]::new);
        }
    }

    private static final List<Change> CHANGES = List.of(
            new Change(
                    " WHERE (id > 0)",
                    IDENTITY,
                    "ALTER TABLE t REPLICA IDENTITY USING INDEX t_other_key",
                    "UPDATE t SET v = 2"),
            new Change(
                    " WHERE (id > 0)",
                    IDENTITY,
                    "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (other)",
                    "DELETE FROM t"),
            new Change(" WHERE (id > 0)", UNSUPPORTED, "ALTER TABLE t ALTER COLUMN id TYPE bigint"),
            new Change(" (id, other, v)", IDENTITY, "ALTER TABLE t REPLICA IDENTITY FULL", "UPDATE t SET v = 2"),
            new Change(
                    " (id, v)",
                    IDENTITY,
                    "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (other)",
                    "DELETE FROM t"),
            new Change(" (id, other, v)", DEPENDENT, "ALTER TABLE t DROP COLUMN v"));

    private final PostgresServer server;
    private TestDatabase database;

    PublicationUsersIT(PostgresServer server) {
        this.server = server;
    }

    @BeforeEach
    void open() {
        database = new TestDatabase(server);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void makeTable() {
        database.execute(
                "DROP TABLE IF EXISTS t",
                "CREATE TABLE t (id int PRIMARY KEY, other int NOT NULL UNIQUE, v int, secret text)",
                "INSERT INTO t VALUES (1, 1, 1, 'x')");
    }

    @Test
    void shouldLetUsersChangeTheirTablesWhenThePublicationIsOurs() {
        try (PostgresSource source = new PostgresSource(database.dataSource())) {
            for (Change change : CHANGES) {
                makeTable();
                source.prepare(database.request("t"));
                database.execute(change.all());
            }
        }
    }

    @Test
    void shouldFailUsersWhenAFilterOrAListWerePushedDown() throws SQLException {
        for (Change change : CHANGES) {
            makeTable();
            database.execute(
                    "DROP PUBLICATION IF EXISTS pushed", "CREATE PUBLICATION pushed FOR TABLE t" + change.pushed());
            try (Connection user = database.connect();
                    Statement statement = user.createStatement()) {
                int last = change.statements().size() - 1;
                for (int i = 0; i < last; i++) {
                    statement.execute(change.statements().get(i));
                }
                SQLException failed = assertThrows(
                        SQLException.class,
                        () -> statement.execute(change.statements().get(last)));
                assertEquals(change.state(), failed.getSQLState(), failed.getMessage());
            }
        }
    }
}
