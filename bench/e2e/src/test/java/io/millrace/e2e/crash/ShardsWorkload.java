package io.millrace.e2e.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Random transactions over three tables of one shape whose keys never meet, in SQL that every source knows. Confined to one thread. */
final class ShardsWorkload implements Runnable {
    static final List<String> SHARDS = List.of("shard_1", "shard_2", "shard_3");

    private final Connection connection;
    private final SplittableRandom random;
    private final String schema;
    private final List<List<Long>> keys = new ArrayList<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicLong committed = new AtomicLong();
    private long nextKey = 1;

    ShardsWorkload(Connection connection, String schema, long seed) {
        this.connection = connection;
        this.schema = schema;
        random = new SplittableRandom(seed);
        SHARDS.forEach(shard -> keys.add(new ArrayList<>()));
    }

    /** Makes and fills the tables. */
    void create(int rowsOfEach) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            for (String shard : SHARDS) {
                sql.execute("CREATE TABLE " + schema + "." + shard
                        + " (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL, note VARCHAR(200))");
            }
        }
        connection.setAutoCommit(false);
        for (int shard = 0; shard < keys.size(); shard++) {
            for (int row = 0; row < rowsOfEach; row += 500) {
                List<String> values = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    keys.get(shard).add(nextKey);
                    values.add("(" + nextKey++ + ", " + row + ", 'loaded')");
                }
                execute("INSERT INTO " + schema + "." + SHARDS.get(shard) + " VALUES " + String.join(", ", values));
            }
        }
        connection.commit();
    }

    void begin() {
        stopping.set(false);
    }

    void stop() {
        stopping.set(true);
    }

    long committed() {
        return committed.get();
    }

    @Override
    public void run() {
        try {
            while (!stopping.get()) {
                int changes = 1 + random.nextInt(10);
                for (int i = 0; i < changes; i++) {
                    change(random.nextInt(SHARDS.size()));
                }
                connection.commit();
                committed.incrementAndGet();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("workload failed: sqlState=" + e.getSQLState(), e);
        }
    }

    private void change(int shard) throws SQLException {
        String table = schema + "." + SHARDS.get(shard);
        List<Long> mine = keys.get(shard);
        int place = random.nextInt(mine.size());
        long key = mine.get(place);
        switch (random.nextInt(8)) {
            case 0 -> insert(shard, nextKey++);
            case 1 -> {
                if (mine.size() > 100) {
                    execute("DELETE FROM " + table + " WHERE id = " + key);
                    forget(mine, place);
                }
            }
            case 2 -> {
                execute("UPDATE " + table + " SET id = " + nextKey + " WHERE id = " + key);
                mine.set(place, nextKey++);
            }
            case 3, 4 ->
                execute("UPDATE " + table + " SET n = n + 1, note = 'note " + random.nextInt(1_000) + "' WHERE id = "
                        + key);
            default -> { // goes to another table with its key
                execute("DELETE FROM " + table + " WHERE id = " + key);
                forget(mine, place);
                insert((shard + 1 + random.nextInt(SHARDS.size() - 1)) % SHARDS.size(), key);
            }
        }
    }

    private void insert(int shard, long key) throws SQLException {
        execute("INSERT INTO " + schema + "." + SHARDS.get(shard) + " VALUES (" + key + ", " + shard + ", 'streamed')");
        keys.get(shard).add(key);
    }

    private static void forget(List<Long> mine, int place) {
        mine.set(place, mine.get(mine.size() - 1));
        mine.remove(mine.size() - 1);
    }

    private void execute(String statement) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }
}
