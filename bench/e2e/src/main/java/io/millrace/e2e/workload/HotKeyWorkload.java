package io.millrace.e2e.workload;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** One row that is updated again and again; the size is the number of updates. */
public final class HotKeyWorkload implements Workload {
    private static final int TRANSACTION = 100;

    private long changes;

    @Override
    public List<String> tables() {
        return List.of("hot");
    }

    @Override
    public String compared(String table) {
        return "id, n, note";
    }

    @Override
    public void prepare(Connection source, int size) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.execute(
                    "CREATE TABLE hot (id INT NOT NULL PRIMARY KEY, n BIGINT NOT NULL, note VARCHAR(100) NOT NULL)");
            statement.execute("INSERT INTO hot VALUES (1, 0, REPEAT('h', 100))");
            // In the server, or its clients would be what is measured.
            statement.execute("""
                    CREATE PROCEDURE heat(IN times INT)
                    BEGIN
                      DECLARE i INT DEFAULT 0;
                      START TRANSACTION;
                      WHILE i < times DO
                        UPDATE hot SET n = n + 1 WHERE id = 1;
                        SET i = i + 1;
                        IF i %% %d = 0 THEN
                          COMMIT;
                          START TRANSACTION;
                        END IF;
                      END WHILE;
                      COMMIT;
                    END""".formatted(TRANSACTION));
        }
    }

    @Override
    public void run(Connection source, int size) throws SQLException {
        source.setAutoCommit(true);
        try (Statement statement = source.createStatement()) {
            statement.execute("CALL heat(" + size + ")");
        }
        changes += size;
    }

    @Override
    public long changes() {
        return changes;
    }
}
