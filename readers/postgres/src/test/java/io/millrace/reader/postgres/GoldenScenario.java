package io.millrace.reader.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What is done at a server while its messages are captured: together every message that it knows. */
enum GoldenScenario {
    /** Protocol 1: all that whole transactions hold. */
    PLAIN {
        @Override
        List<String> settings(boolean isNew) {
            return List.of();
        }

        @Override
        void run(TestDatabase database, PgOutputRecorder recorder, boolean isNew) {
            database.execute(
                    "INSERT INTO t VALUES (1, E'Ünï\\nline', 12.5, '2024-02-29 12:00:00+00', '\\x000a', 'ok', repeat('x', 3000)),"
                            + " (2, '', NULL, 'infinity', NULL, NULL, NULL)",
                    "UPDATE t SET v = 'changed' WHERE id = 1",
                    "UPDATE t SET id = 3 WHERE id = 2",
                    "DELETE FROM t WHERE id = 3",
                    "INSERT INTO w VALUES (1, 'a')",
                    "UPDATE w SET v = 'b'",
                    "DELETE FROM w",
                    "BEGIN; SELECT pg_logical_emit_message(true, 'audit', 'in'); INSERT INTO t VALUES (4); COMMIT",
                    "SELECT pg_logical_emit_message(false, 'audit', '\\x0a00'::bytea)",
                    "SELECT pg_replication_origin_create('elsewhere')",
                    "SELECT pg_replication_origin_session_setup('elsewhere')",
                    "INSERT INTO t VALUES (5)",
                    "SELECT pg_replication_origin_session_reset()",
                    "SELECT pg_replication_origin_drop('elsewhere')",
                    "ALTER TABLE t ADD extra int",
                    "INSERT INTO t VALUES (6)",
                    "TRUNCATE t, w RESTART IDENTITY CASCADE");
        }
    },

    /** Transactions that are open, mixed; a savepoint and a whole one are rolled back. */
    STREAMED {
        @Override
        List<String> settings(boolean isNew) {
            return isNew
                    ? List.of(SMALL_MEMORY, "debug_logical_replication_streaming = 'immediate'")
                    : List.of(SMALL_MEMORY);
        }

        @Override
        void run(TestDatabase database, PgOutputRecorder recorder, boolean isNew) throws SQLException {
            int count = isNew ? 3 : 600; // the older streams nothing smaller
            try (Connection first = database.connect();
                    Connection second = database.connect()) {
                TestDatabase.execute(
                        first, "BEGIN", insert(1, count / 2), "SAVEPOINT s", insert(10_001, 10_000 + count));
                TestDatabase.execute(second, "BEGIN", insert(20_001, 20_000 + count));
                recorder.awaitSent();
                TestDatabase.execute(
                        first,
                        "ROLLBACK TO s",
                        "SELECT pg_logical_emit_message(true, 'audit', 'in')",
                        insert(30_001, 30_000 + count / 3));
                TestDatabase.execute(second, "ROLLBACK");
                recorder.awaitSent();
                TestDatabase.execute(first, "COMMIT");
            }
        }
    },

    /** What is prepared: small and streamed, committed and rolled back. */
    PREPARED {
        @Override
        List<String> settings(boolean isNew) {
            return List.of(SMALL_MEMORY);
        }

        @Override
        void run(TestDatabase database, PgOutputRecorder recorder, boolean isNew) {
            database.execute(
                    "BEGIN; " + insert(1, 2) + "; PREPARE TRANSACTION 'golden one'",
                    insert(3, 3),
                    "COMMIT PREPARED 'golden one'",
                    "BEGIN; " + insert(4, 5) + "; PREPARE TRANSACTION 'golden two'",
                    "ROLLBACK PREPARED 'golden two'",
                    "BEGIN; " + insert(6, 605) + "; PREPARE TRANSACTION 'golden three'");
            recorder.awaitSent();
            database.execute("COMMIT PREPARED 'golden three'");
        }
    };

    private static final String SMALL_MEMORY = "logical_decoding_work_mem = '64kB'";

    /** Of the walsender. */
    abstract List<String> settings(boolean isNew);

    /**
     * Does it.
     *
     * @param isNew whether the server streams the smallest transaction when it is told to (16)
     */
    abstract void run(TestDatabase database, PgOutputRecorder recorder, boolean isNew) throws SQLException;

    private static String insert(int from, int to) {
        return "INSERT INTO s SELECT generate_series(" + from + ", " + to + ")";
    }
}
