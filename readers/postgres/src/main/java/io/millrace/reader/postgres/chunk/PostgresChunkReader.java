package io.millrace.reader.postgres.chunk;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.PostgresSnapshot;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.ChunkSink;
import io.millrace.reader.RawSink;
import io.millrace.reader.RowCondition;
import io.millrace.reader.RowScope;
import io.millrace.reader.postgres.connection.SqlErrors;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.server.LoadedPlace;
import io.millrace.reader.postgres.server.ServerPositions;
import io.millrace.reader.postgres.server.Walsender;
import io.millrace.row.KeyBound;
import io.millrace.row.RawForm;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.copy.CopyOut;

/**
 * Reads chunks by COPY over one connection, each in a REPEATABLE READ transaction. Its watermark is the snapshot itself: a
 * transaction is in the chunk where the snapshot sees its id (EXACTNESS 33). A table that was truncated or rewritten behind the
 * snapshot would be read as if it were empty, so behind each chunk its files must still be the snapshot's (EXACTNESS 37).
 */
public final class PostgresChunkReader implements ChunkReader {
    private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    /** The transaction's first query, which makes its snapshot; the LSN is read behind that. */
    private static final String SNAPSHOT = """
            SELECT pg_catalog.pg_current_snapshot()::text, pg_catalog.pg_current_wal_insert_lsn()::text,
                   pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn())""";

    /**
     * A standby does not tell which transactions run (they are not in the list), but all before the first of them have ended. A record is
     * seen before it counts as replayed: so the LSN is that of what was received.
     */
    private static final String STANDBY_SNAPSHOT = """
            SELECT pg_catalog.pg_snapshot_xmin(s) || ':' || pg_catalog.pg_snapshot_xmin(s) || ':',
                   GREATEST(pg_catalog.pg_last_wal_replay_lsn(), pg_catalog.pg_last_wal_receive_lsn())::text
            FROM pg_catalog.pg_current_snapshot() s""";

    /** The table and its partitions, as the snapshot has them, whose files are others now. */
    private static final String REWRITTEN = """
            SELECT c.oid::pg_catalog.regclass::text
            FROM (SELECT ?::bigint::pg_catalog.oid AS oid UNION
                  SELECT relid FROM pg_catalog.pg_partition_tree(?::bigint::pg_catalog.oid::pg_catalog.regclass)) t
            JOIN pg_catalog.pg_class c ON c.oid = t.oid
            WHERE c.relkind = 'r' AND c.relfilenode IS DISTINCT FROM pg_catalog.pg_relation_filenode(c.oid)
            LIMIT 1""";

    private static final String TYPES = """
            SELECT a.attname, a.atttypid::bigint FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = ?::bigint::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped""";

    private static final String TABLE = """
            SELECT c.oid::bigint, c.relkind = 'p' FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?""";

    private static final Pattern PLANNED_ROWS = Pattern.compile(" rows=(\\d+) ");

    private final SqlSession session;
    private final Map<TableId, Table> tables = new HashMap<>();
    private final KeySpace keySpace = new KeySpace();
    private boolean isReading;
    private final LoadedPlace loaded;
    private boolean isStandby;

    private record Table(long oid, boolean isPartitioned) {}

    private PostgresChunkReader(SqlSession session, LoadedPlace loaded, boolean isStandby) {
        this.session = session;
        this.loaded = loaded;
        this.isStandby = isStandby;
    }

    public static PostgresChunkReader open(DataSource dataSource, LoadedPlace loaded) {
        SqlSession session = SqlSession.open(dataSource, "chunks");
        try {
            ServerPositions server = new ServerPositions(session);
            server.requireReadable();
            return new PostgresChunkReader(session, loaded, server.isStandby());
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public Optional<KeyBound> boundary(TableSchema table, Optional<KeyBound> lower, int rows) {
        if (table.key().isEmpty() || rows < 1) {
            throw new MillraceException(
                    ErrorCode.INVARIANT,
                    "no boundary: table=" + table.table() + ", rows=" + rows + ", key=" + table.key());
        }
        CopyRow key = new CopyRow(table, table.key());
        Optional<KeyBound> bound = Optional.empty();
        try {
            CopyOut copy = session.copyOut(query(table).boundary(lower, rows));
            for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
                bound = Optional.of(keySpace.bound(key, row));
            }
            return bound;
        } catch (SQLException e) {
            throw SqlErrors.of(e, "finding a chunk's end, table=" + table.table());
        }
    }

    /** Of the plan's first line, which is of all that comes: {@code Index Only Scan … (cost=0.29..8.30 rows=1 width=8)}. */
    @Override
    public long estimate(TableSchema table, Optional<KeyBound> lower, Optional<KeyBound> upper) {
        return session.row(query(table).plan(lower, upper), row -> row.getString(1))
                .map(PLANNED_ROWS::matcher)
                .filter(Matcher::find)
                .map(found -> Long.parseLong(found.group(1)))
                .orElse(-1L);
    }

    @Override
    public SourcePosition begin() {
        // Asked before the snapshot: one that a standby made stays a standby's, whatever the server has become since.
        isStandby = isStandby && new ServerPositions(session).isStandby();
        session.execute(BEGIN, "beginning a snapshot");
        return session.row(
                        isStandby ? STANDBY_SNAPSHOT : SNAPSHOT, isStandby ? PostgresChunkReader::snapshot : this::seen)
                .orElseThrow(() -> new MillraceException(ErrorCode.SOURCE_PROTOCOL, "no snapshot was answered"));
    }

    @Override
    public boolean isExact() {
        return !isStandby;
    }

    private static PostgresSnapshot snapshot(ResultSet row) throws SQLException {
        return PostgresSnapshot.of(row.getString(1), PostgresPosition.parseLsn(row.getString(2)));
    }

    /** Of a primary, which may die with it; where another was promoted since the last chunk, that one must have had it. */
    private PostgresSnapshot seen(ResultSet row) throws SQLException {
        PostgresSnapshot snapshot = snapshot(row);
        int timeline = ServerPositions.timelineOf(row.getString(3));
        if (loaded.isOfAnother(timeline)) {
            try (SqlSession walsender = session.replicationBeside("timeline")) {
                loaded.require(timeline, Walsender.history(walsender, timeline));
            }
        }
        loaded.reached(timeline, snapshot.lsn());
        return snapshot;
    }

    @Override
    public boolean canJudge(TableSchema table, RowCondition condition) {
        return condition.allMatch(part -> JudgedHere.isSo(table, part));
    }

    @Override
    public long read(
            TableSchema table, RowScope scope, Optional<KeyBound> lower, Optional<KeyBound> upper, ChunkSink sink) {
        return read(table, scope, query(table).rows(scope, lower, upper), sink);
    }

    @Override
    public void readRow(TableSchema table, RowScope scope, KeyBound key, ChunkSink sink) {
        read(table, scope, query(table).row(scope, key), sink);
    }

    private long read(TableSchema table, RowScope scope, String query, ChunkSink sink) {
        CopyRow decoder = new CopyRow(table, scope.columns());
        isReading = true;
        try {
            long rows = 0;
            CopyOut copy = session.copyOut(query);
            for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
                RowEncoder encoder = sink.beginRow();
                decoder.encode(row, encoder);
                sink.endRow();
                rows++;
            }
            isReading = false;
            requireFiles(table.table());
            return rows;
        } catch (SQLException e) {
            throw SqlErrors.of(e, "reading a chunk, table=" + table.table());
        }
    }

    /** Asked within the snapshot: a change of a type behind it would be another file, or another spelling of the same bytes. */
    @Override
    public Optional<RawForm> rawForm(TableSchema table, List<Integer> columns) {
        Map<String, Integer> types = new HashMap<>();
        session.rows(
                        TYPES,
                        row -> Map.entry(row.getString(1), (int) row.getLong(2)),
                        table(table.table()).oid())
                .forEach(each -> types.put(each.getKey(), each.getValue()));
        List<Integer> found = new ArrayList<>();
        for (int column : columns) {
            Integer type = types.get(table.columns().get(column).name());
            if (type == null || !RawCopy.isSameEverywhere(type)) {
                return Optional.empty();
            }
            found.add(type);
        }
        return Optional.of(new RawForm(RawForm.POSTGRES_COPY, found));
    }

    @Override
    public long readRaw(
            TableSchema table, RowScope scope, Optional<KeyBound> lower, Optional<KeyBound> upper, RawSink sink) {
        RawCopy messages = new RawCopy(table.table(), scope.columns().size());
        isReading = true;
        try {
            long rows = 0;
            CopyOut copy = session.copyOut(query(table).rawRows(scope, lower, upper));
            for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
                rows += messages.take(message, sink) ? 1 : 0;
            }
            messages.requireEnded();
            isReading = false;
            requireFiles(table.table());
            return rows;
        } catch (SQLException e) {
            throw SqlErrors.of(e, "reading a chunk, table=" + table.table());
        }
    }

    private void requireFiles(TableId table) {
        long oid = table(table).oid();
        List<String> rewritten = session.rows(REWRITTEN, row -> row.getString(1), oid, oid);
        if (!rewritten.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_BUSY,
                    "a table was truncated or rewritten behind a chunk's snapshot: table=" + rewritten.get(0));
        }
    }

    @Override
    public void end() {
        session.execute("ROLLBACK", "ending a snapshot");
    }

    private ChunkQuery query(TableSchema table) {
        return new ChunkQuery(table, table(table.table()).isPartitioned());
    }

    private Table table(TableId id) {
        return tables.computeIfAbsent(
                id,
                name -> session.row(
                                TABLE,
                                row -> new Table(row.getLong(1), row.getBoolean(2)),
                                name.namespace(),
                                name.name())
                        .orElseThrow(() ->
                                new MillraceException(ErrorCode.SCHEMA_MISMATCH, "the table is gone: table=" + name)));
    }

    @Override
    public void close() {
        if (isReading) {
            session.abort(); // a farewell would first read all rows that are still to come
        } else {
            session.close();
        }
    }
}
