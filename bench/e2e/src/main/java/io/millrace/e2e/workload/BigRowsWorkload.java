package io.millrace.e2e.workload;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Rows of 64 MiB, each a transaction; the size is their number. */
public final class BigRowsWorkload implements Workload {
    private int last;
    private long changes;

    @Override
    public List<String> tables() {
        return List.of("big");
    }

    @Override
    public String compared(String table) {
        return "id, length(data)";
    }

    @Override
    public void prepare(Connection source, int size) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.execute("CREATE TABLE big (id INT NOT NULL PRIMARY KEY, data LONGBLOB NOT NULL)");
        }
    }

    @Override
    public void run(Connection source, int size) throws SQLException {
        source.setAutoCommit(true);
        try (Statement statement = source.createStatement()) {
            for (int i = 0; i < size; i++) {
                last++;
                statement.execute("INSERT INTO big VALUES (" + last + ", REPEAT(CHAR(" + (65 + last % 26)
                        + "), 64 * 1024 * 1024))");
                changes++;
            }
        }
    }

    @Override
    public long changes() {
        return changes;
    }
}
