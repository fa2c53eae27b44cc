package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.reader.postgres.server.Names;
import io.millrace.servers.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server sends the kinds of messages that its captures hold; one subclass a server version. {@code -Dgolden=DIRECTORY} writes captures,
 * dumps and rows there, to be kept beside {@link GoldenPgOutput}.
 */
@Timeout(120)
abstract class PgOutputGoldenContract {
    private final String version;
    private final boolean isNew;
    private TestDatabase database;

    PgOutputGoldenContract(int version) {
        this.version = "postgres-" + version + "-";
        isNew = version >= 16;
    }

    abstract PostgresServer server();

    @BeforeEach
    void open() {
        database = new TestDatabase(server());
    }

    @AfterEach
    void close() {
        for (var gid : database.rows("SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")) {
            database.execute("ROLLBACK PREPARED '" + gid.get(0) + "'");
        }
        database.close();
    }

    @ParameterizedTest
    @EnumSource(GoldenScenario.class)
    void shouldSendTheKindsOfMessagesThatAreKept(GoldenScenario scenario) throws IOException, SQLException {
        String name = version + scenario.name().toLowerCase(Locale.ROOT);
        scenario.settings(isNew)
                .forEach(setting -> database.execute("ALTER DATABASE " + database.name() + " SET " + setting));
        database.execute(
                "CREATE TYPE mood AS ENUM ('sad', 'ok')",
                "CREATE TABLE t (id int PRIMARY KEY, v text, n numeric(10,2), at timestamptz, b bytea, m mood, big text)",
                "ALTER TABLE t ALTER big SET STORAGE EXTERNAL",
                "CREATE TABLE w (id int NOT NULL, v text)",
                "ALTER TABLE w REPLICA IDENTITY FULL",
                "CREATE TABLE s (id int PRIMARY KEY)",
                "CREATE TABLE other (id int)",
                "CREATE PUBLICATION golden FOR TABLE ONLY t, ONLY w, ONLY s",
                "SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'pgoutput', false, "
                        + (scenario == GoldenScenario.PREPARED) + ")");
        Properties options = GoldenPgOutput.options(name)
                .slotOptions(new Names(database.slot(), "golden"), scenario == GoldenScenario.PREPARED, false, true);
        GoldenPgOutput captured;
        try (PgOutputRecorder recorder = new PgOutputRecorder(database, options)) {
            scenario.run(database, recorder, isNew);
            recorder.awaitSent();
            captured = new GoldenPgOutput(name, recorder.bytes());
        }
        if (System.getProperty("golden") != null) {
            Path directory = Path.of(System.getProperty("golden"));
            Files.write(directory.resolve(name + ".pgoutput"), captured.bytes());
            Files.writeString(directory.resolve(name + ".dump"), captured.dump());
            Files.writeString(directory.resolve(name + ".rows"), captured.rows());
        } else {
            assertEquals(GoldenPgOutput.load(name).kinds(), captured.kinds());
        }
    }
}
