package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.reader.ChunkReader;
import io.millrace.reader.CollectedRows;
import io.millrace.reader.Source;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import io.millrace.servers.PostgresServer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every type, from stream and chunk, against the server's own words for the same values; one subclass a version. */
abstract class PostgresTypesContract {
    private TestDatabase database;

    abstract PostgresServer server();

    @BeforeEach
    void open() {
        database = new TestDatabase(server());
        // What the session and the database say must not matter.
        database.execute(
                "SET lc_monetary = 'C'",
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET TimeZone = ''Asia/Kolkata''', current_database());"
                        + " EXECUTE format('ALTER DATABASE %I SET DateStyle = ''SQL, DMY''', current_database());"
                        + " EXECUTE format('ALTER DATABASE %I SET IntervalStyle = ''iso_8601''', current_database());"
                        + " EXECUTE format('ALTER DATABASE %I SET extra_float_digits = -5', current_database());"
                        + " EXECUTE format('ALTER DATABASE %I SET bytea_output = ''escape''', current_database()); END $$");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void shouldCarryEveryValueAsTheServerSaysItWhenStreamedAndWhenLoaded() {
        assertCarried(TypeSamples.all(), false);
    }

    @Test
    void shouldCarryEveryValueAsTheServerSaysItWhenTheStreamIsBinary() {
        assertCarried(TypeSamples.binary(), true);
    }

    private void assertCarried(List<TypeSamples.Sample> samples, boolean isBinary) {
        TypeSamples.preparation().forEach(database::execute);
        database.execute(TypeSamples.createTable("samples", samples), "ALTER TABLE samples REPLICA IDENTITY FULL");
        try (StreamRun run = StreamRun.begin(database, database.request("samples"));
                Source source = new PostgresSource(database.dataSource())) {
            TypeSamples.inserts("samples", samples).forEach(database::execute);
            run.awaitCaughtUp();
            assertEquals(isBinary, run.isBinary(database));
            TableSchema schema = source.tables(database.request("samples").selection())
                    .get(0)
                    .schema();
            List<List<String>> expected = expected(schema);
            assertTrue(expected.size() > 10);
            List<RecordingSink.Row> rows = run.sink().rows();
            assertTrue(
                    rows.get(0).schema().hasShapeOf(schema), () -> rows.get(0).schema() + "\n" + schema);
            assertSame(
                    schema,
                    expected,
                    rows.stream().map(RecordingSink.Row::after).toList());
            CollectedRows chunk = new CollectedRows(schema, ImageText::of);
            try (ChunkReader reader = source.chunks()) {
                reader.begin();
                reader.read(schema, Optional.empty(), Optional.empty(), chunk);
                reader.end();
            }
            assertSame(schema, expected, chunk.rows());
            database.execute("DELETE FROM public.samples");
            run.awaitCaughtUp();
            assertSame(
                    schema,
                    expected,
                    run.sink().rows().stream()
                            .skip(expected.size())
                            .map(RecordingSink.Row::before)
                            .toList());
        }
    }

    private List<List<String>> expected(TableSchema schema) {
        String columns = schema.columns().stream().map(ImageText::expression).collect(Collectors.joining(", "));
        database.execute(
                "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 1;"
                        + " SET search_path = ''");
        return database.rows("SELECT " + columns + " FROM public.samples ORDER BY id");
    }

    private static void assertSame(TableSchema schema, List<List<String>> expected, List<List<String>> found) {
        assertEquals(expected.size(), found.size());
        for (int row = 0; row < expected.size(); row++) {
            for (int i = 0; i < schema.columns().size(); i++) {
                Column column = schema.columns().get(i);
                assertEquals(
                        expected.get(row).get(i),
                        found.get(row).get(i),
                        column.name() + " " + column.type() + ", row " + row);
            }
        }
    }
}
