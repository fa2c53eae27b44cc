package io.millrace.e2e.rates;

import io.millrace.e2e.workload.WorkloadTables;
import java.util.List;
import java.util.SplittableRandom;

/** The table whose rows carry the time of their statement: {@code System.nanoTime()} of this process, which reads it at the other end. */
final class ClockTable implements WorkloadTables {
    static final String NAME = "clock_rows";

    private static final int NOTE = 100;

    @Override
    public List<String> tables() {
        return List.of(NAME);
    }

    @Override
    public String compared(String table) {
        return "id, sent, note";
    }

    /** At the source; the task makes it at the target. */
    static void create(SourceSide source) {
        source.server()
                .execute(
                        source.database(),
                        "CREATE TABLE " + NAME + " (id bigint NOT NULL PRIMARY KEY, sent bigint NOT NULL, note varchar("
                                + NOTE + ") NOT NULL)");
    }

    /** A statement that inserts rows with these keys, all sent now. */
    static String insert(long firstId, int rows, SplittableRandom random) {
        StringBuilder sql = new StringBuilder("INSERT INTO ").append(NAME).append(" VALUES ");
        long now = System.nanoTime();
        for (int i = 0; i < rows; i++) {
            sql.append(i == 0 ? "(" : ",(")
                    .append(firstId + i)
                    .append(',')
                    .append(now)
                    .append(",'");
            for (int letter = 0; letter < NOTE; letter++) {
                sql.append((char) ('a' + random.nextInt(26)));
            }
            sql.append("')");
        }
        return sql.toString();
    }
}
