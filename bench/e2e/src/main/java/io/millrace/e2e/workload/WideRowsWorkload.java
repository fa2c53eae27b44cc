package io.millrace.e2e.workload;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of 400 columns, half numbers and half text; the size is the number of rows, a third of which are updated, too. */
public final class WideRowsWorkload implements Workload {
    private static final int COLUMNS = 400;
    private static final int TRANSACTION = 20;

    private final SplittableRandom random = new SplittableRandom(1);
    private int last;
    private long changes;

    @Override
    public List<String> tables() {
        return List.of("wide");
    }

    @Override
    public String compared(String table) {
        return "id, c1, c2, c199, c200, c399";
    }

    @Override
    public void prepare(Connection source, int size) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.execute("CREATE TABLE wide (id INT NOT NULL PRIMARY KEY,"
                    + IntStream.range(1, COLUMNS)
                            .mapToObj(i -> "c" + i + (i % 2 == 0 ? " INT NOT NULL" : " VARCHAR(12) NOT NULL"))
                            .collect(Collectors.joining(","))
                    + ") CHARACTER SET ascii");
        }
    }

    @Override
    public void run(Connection source, int size) throws SQLException {
        source.setAutoCommit(false);
        int end = last + size;
        try (Statement statement = source.createStatement()) {
            while (last < end) {
                int first = last + 1;
                last = Math.min(end, last + TRANSACTION);
                statement.execute("INSERT INTO wide VALUES "
                        + IntStream.rangeClosed(first, last).mapToObj(this::row).collect(Collectors.joining(",")));
                changes += last - first + 1;
                changes += statement.executeUpdate("UPDATE wide SET c2 = c2 + 1, c399 = 'changed' WHERE id BETWEEN "
                        + first + " AND " + last + " AND id % 3 = 0");
                source.commit();
            }
        }
    }

    private String row(int id) {
        return "(" + id + ","
                + IntStream.range(1, COLUMNS)
                        .mapToObj(i -> i % 2 == 0
                                ? Integer.toString(random.nextInt(1_000_000))
                                : "'t" + random.nextInt(1_000_000) + "'")
                        .collect(Collectors.joining(","))
                + ")";
    }

    @Override
    public long changes() {
        return changes;
    }
}
