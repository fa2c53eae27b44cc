package io.millrace.e2e.workload;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The backlog that all rates are measured on: one table whose row takes about 200 bytes in the binary log, inserted,
 * updated and deleted in transactions of one size, kinds of transactions mixed by a seed.
 *
 * <p>The same record always writes the same rows in the same order, on MySQL and MariaDB alike. Immutable.
 *
 * @param inserts rows inserted; so many keys, from 1
 * @param updates rows updated, each one that exists, most of them recent
 * @param deletes rows deleted, fewer than are inserted
 * @param transactionRows rows per transaction
 */
public record ReferenceBacklog(int inserts, int updates, int deletes, int transactionRows, long seed)
        implements WorkloadTables {
    /** The table's name. */
    public static final String TABLE = "reference_rows";

    private static final int RECENT_ROWS = 100_000;
    private static final String CREATE = """
            CREATE TABLE reference_rows (
              id BIGINT NOT NULL PRIMARY KEY,
              customer_id INT NOT NULL,
              quantity INT NOT NULL,
              status SMALLINT NOT NULL,
              amount DECIMAL(12,2) NOT NULL,
              weight DOUBLE NOT NULL,
              created_at DATETIME(6) NOT NULL,
              changed_at TIMESTAMP(3) NOT NULL,
              code CHAR(12) CHARACTER SET ascii NOT NULL,
              name VARCHAR(60) NOT NULL,
              note VARCHAR(160) NULL,
              KEY by_customer (customer_id))
            """;

    private static final List<String> CREATE_ON_POSTGRES =
            List.of("""
            CREATE TABLE reference_rows (
              id bigint NOT NULL PRIMARY KEY,
              customer_id integer NOT NULL,
              quantity integer NOT NULL,
              status smallint NOT NULL,
              amount numeric(12,2) NOT NULL,
              weight double precision NOT NULL,
              created_at timestamp(6) NOT NULL,
              changed_at timestamptz(3) NOT NULL,
              code varchar(12) NOT NULL,
              name varchar(60) NOT NULL,
              note varchar(160) NULL)
            """, "CREATE INDEX by_customer ON reference_rows (customer_id)");

    private static final String CREATE_ON_MYSQL_FROM_POSTGRES = CREATE.replace(
                    "CHAR(12) CHARACTER SET ascii", "VARCHAR(12)")
            .replace("code VARCHAR(12)", "code VARCHAR(12) COLLATE utf8mb4_0900_bin")
            .replace("name VARCHAR(60)", "name VARCHAR(60) COLLATE utf8mb4_0900_bin")
            .replace("note VARCHAR(160)", "note VARCHAR(160) COLLATE utf8mb4_0900_bin");

    public ReferenceBacklog {
        if (inserts < 1 || updates < 0 || deletes < 0 || deletes >= inserts || transactionRows < 1) {
            throw new IllegalArgumentException("impossible backlog: inserts=" + inserts + ", updates=" + updates
                    + ", deletes=" + deletes + ", transactionRows=" + transactionRows);
        }
    }

    @Override
    public List<String> tables() {
        return List.of(TABLE);
    }

    @Override
    public String compared(String table) {
        return "id, customer_id, quantity, status, amount, code, name, coalesce(note, '-')";
    }

    /** 1.39 million changes: what DESIGN's figures were measured on. */
    public static ReferenceBacklog full() {
        return ofRows(1_000_000);
    }

    /** The same mixture, with that many inserted rows. */
    public static ReferenceBacklog ofRows(int inserts) {
        return new ReferenceBacklog(inserts, inserts * 3 / 10, inserts * 9 / 100, 1_000, 1);
    }

    /** Row changes in all. */
    public long changes() {
        return (long) inserts + updates + deletes;
    }

    /** Rows that are left at the end. */
    public long finalRows() {
        return (long) inserts - deletes;
    }

    /** Creates the empty table in the connection's database. */
    public void createTable(Connection source) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.execute(CREATE);
        }
    }

    /** Creates the table as it is at a MySQL target of a PostgreSQL source, whose texts compare by their bytes. */
    public void createTargetTableOfPostgres(Connection mysql) throws SQLException {
        try (Statement statement = mysql.createStatement()) {
            statement.execute(CREATE_ON_MYSQL_FROM_POSTGRES);
        }
    }

    /** Creates the table as it is at a PostgreSQL target, in the connection's search path, its index included. */
    public void createTargetTable(Connection postgres) throws SQLException {
        try (Statement statement = postgres.createStatement()) {
            for (String sql : CREATE_ON_POSTGRES) {
                statement.execute(sql);
            }
        }
    }

    /** Writes all changes, to MySQL, MariaDB or PostgreSQL; the connection's transactions are this method's meanwhile. */
    public void write(Connection source) throws SQLException {
        SplittableRandom random = new SplittableRandom(seed);
        BitSet live = new BitSet(inserts + 1);
        int inserted = 0;
        int updated = 0;
        int deleted = 0;
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            boolean isPostgres = source.getMetaData().getDatabaseProductName().equals("PostgreSQL");
            statement.execute("SET SESSION " + (isPostgres ? "TimeZone = 'UTC'" : "time_zone = '+00:00'"));
            while (inserted < inserts || updated < updates || deleted < deletes) {
                double left = (inserts - inserted) + (updates - updated) + (double) (deletes - deleted);
                double draw = random.nextDouble() * left;
                boolean roomToDraw = live.cardinality() > 2 * transactionRows || inserted == inserts;
                if (inserted < inserts && (draw < inserts - inserted || !roomToDraw)) {
                    int count = Math.min(transactionRows, inserts - inserted);
                    statement.execute(insertOf(inserted + 1, count, random));
                    live.set(inserted + 1, inserted + 1 + count);
                    inserted += count;
                } else if (updated < updates && (draw < left - (deletes - deleted) || deleted == deletes)) {
                    int count = Math.min(Math.min(transactionRows, updates - updated), live.cardinality());
                    statement.execute(updateOf(keys(count, inserted, live, random, false), random));
                    updated += count;
                } else {
                    int count = Math.min(transactionRows, deletes - deleted);
                    statement.execute("DELETE FROM reference_rows WHERE id IN ("
                            + keys(count, inserted, live, random, true) + ")");
                    deleted += count;
                }
                source.commit();
            }
        } finally {
            source.setAutoCommit(true);
        }
    }

    /** That many different keys that exist, as a list; half of them among the newest rows. */
    private static String keys(int count, int newest, BitSet live, SplittableRandom random, boolean remove) {
        BitSet drawn = new BitSet(newest + 1);
        StringBuilder list = new StringBuilder(count * 8);
        for (int i = 0; i < count; i++) {
            int span = random.nextBoolean() ? newest : Math.min(newest, RECENT_ROWS);
            int key = newest - random.nextInt(span);
            // Upwards to the next one that is live and not drawn yet, and round the end.
            while (!live.get(key) || drawn.get(key)) {
                key = key == newest ? 1 : key + 1;
            }
            drawn.set(key);
            list.append(i == 0 ? "" : ",").append(key);
        }
        if (remove) {
            live.andNot(drawn);
        }
        return list.toString();
    }

    private static String insertOf(int firstKey, int count, SplittableRandom random) {
        StringBuilder sql = new StringBuilder(count * 240).append("INSERT INTO reference_rows VALUES ");
        for (int key = firstKey; key < firstKey + count; key++) {
            sql.append(key == firstKey ? "(" : ",(").append(key);
            sql.append(',').append(random.nextInt(100_000));
            sql.append(',').append(random.nextInt(1_000));
            sql.append(',').append(random.nextInt(8));
            sql.append(',').append(random.nextInt(10_000_000)).append('.').append(10 + random.nextInt(90));
            sql.append(',').append(random.nextInt(1 << 20) / 1024.0);
            sql.append(",'2026-01-").append(10 + random.nextInt(20)).append(" 12:34:56.");
            sql.append(100_000 + random.nextInt(900_000));
            sql.append("','2026-02-").append(10 + random.nextInt(18)).append(" 01:02:03.");
            sql.append(100 + random.nextInt(900)).append("','");
            text(sql, 12, random);
            sql.append("','");
            text(sql, 20 + random.nextInt(20), random);
            if (random.nextInt(20) == 0) {
                sql.append("',NULL)");
            } else {
                sql.append("','");
                text(sql, 70 + random.nextInt(60), random);
                sql.append("')");
            }
        }
        return sql.toString();
    }

    private static String updateOf(String keys, SplittableRandom random) {
        StringBuilder note = new StringBuilder();
        text(note, 80, random);
        return "UPDATE reference_rows SET status = (status + 1) % 8, quantity = quantity + " + random.nextInt(1, 10)
                + ", amount = amount + " + random.nextInt(1, 100) + ".25, changed_at = '2026-03-"
                + (10 + random.nextInt(20)) + " 04:05:06.789', note = '" + note + "' WHERE id IN (" + keys + ")";
    }

    private static void text(StringBuilder sql, int length, SplittableRandom random) {
        // Letters, a few blanks; every text of ASCII takes as many bytes as it has characters.
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int draw = random.nextInt(30);
            bytes[i] = (byte) (draw < 26 ? 'a' + draw : draw < 29 ? 'A' + draw - 26 : i == length - 1 ? '.' : ' ');
        }
        sql.append(new String(bytes, StandardCharsets.US_ASCII));
    }
}
