package io.millrace.e2e.workload;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Twenty rows for each of many tables, in turns over all of them; the size is the number of tables. */
public final class ManyTablesWorkload implements Workload {
    private static final int ROWS = 20;
    private static final int TABLES_A_TRANSACTION = 50;

    private final SplittableRandom random = new SplittableRandom(1);
    private List<String> tables = List.of();
    private int last;
    private long changes;

    @Override
    public List<String> tables() {
        return tables;
    }

    @Override
    public String compared(String table) {
        return "id, n, note";
    }

    @Override
    public void prepare(Connection source, int size) throws SQLException {
        tables = IntStream.rangeClosed(1, size).mapToObj(i -> "t" + i).toList();
        try (Statement statement = source.createStatement()) {
            for (String table : tables) {
                statement.execute("CREATE TABLE " + table
                        + " (id INT NOT NULL PRIMARY KEY, n BIGINT NOT NULL, note VARCHAR(120) NOT NULL)");
            }
        }
    }

    @Override
    public void run(Connection source, int size) throws SQLException {
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            int written = 0;
            for (String table : tables) {
                statement.execute("INSERT INTO " + table + " VALUES "
                        + IntStream.rangeClosed(last + 1, last + ROWS)
                                .mapToObj(id -> "(" + id + "," + random.nextLong() + ",'"
                                        + "n".repeat(60 + random.nextInt(60)) + "')")
                                .collect(Collectors.joining(",")));
                changes += ROWS;
                if (++written % TABLES_A_TRANSACTION == 0) {
                    source.commit();
                }
            }
            source.commit();
            last += ROWS;
        }
    }

    @Override
    public long changes() {
        return changes;
    }
}
