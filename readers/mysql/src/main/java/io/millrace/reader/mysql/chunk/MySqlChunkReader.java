package io.millrace.reader.mysql.chunk;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.ChunkSink;
import io.millrace.reader.RowCondition;
import io.millrace.reader.RowScope;
import io.millrace.reader.mysql.catalog.Catalog;
import io.millrace.reader.mysql.sql.ServerPositions;
import io.millrace.reader.mysql.sql.ServerVariables;
import io.millrace.reader.mysql.sql.SqlErrors;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.row.KeyBound;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads chunks over one connection: rows stream from the socket into the sink's encoder one by one, in the binary protocol,
 * which has FLOAT, zero dates and long times exactly.
 */
public final class MySqlChunkReader implements ChunkReader {
    /** Rows that the driver reads ahead: few, for a row may be large. */
    private static final int FETCH_ROWS = 16;

    private final SqlSession session;
    private final ServerPositions positions;
    private final Map<TableId, Optional<String>> keyIndexes = new HashMap<>();
    private final KeySpace keySpace = new KeySpace();
    private boolean isReading;

    private MySqlChunkReader(SqlSession session, ServerPositions positions) {
        this.session = session;
        this.positions = positions;
    }

    public static MySqlChunkReader open(DataSource dataSource) {
        SqlSession session = SqlSession.forSnapshots(dataSource);
        try {
            return new MySqlChunkReader(session, new ServerPositions(session, ServerVariables.read(session)));
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
        WireRow key = new WireRow(table, table.key());
        String sql = query(table).boundary(lower, rows);
        try (PreparedStatement statement = session.prepare(sql, 1);
                ResultSet result = statement.executeQuery()) {
            key.requireSentAs(result.getMetaData());
            return result.next()
                    ? Optional.of(keySpace.bound(key, result.getObject(1, RowBytes.class)))
                    : Optional.empty();
        } catch (SQLException e) {
            throw SqlErrors.of(e, sql);
        }
    }

    /** A plan without rows is of a range that has none. */
    @Override
    public long estimate(TableSchema table, Optional<KeyBound> lower, Optional<KeyBound> upper) {
        return session.row(query(table).plan(lower, upper), row -> row.getLong("rows"))
                .orElse(0L);
    }

    @Override
    public SourcePosition begin() {
        return positions.beginSnapshot();
    }

    @Override
    public Optional<SourcePosition> beginExact() {
        return positions.beginExactSnapshot();
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

    private long read(TableSchema table, RowScope scope, String sql, ChunkSink sink) {
        WireRow row = new WireRow(table, scope.columns());
        isReading = true;
        try (PreparedStatement statement = session.prepare(sql, FETCH_ROWS);
                ResultSet result = statement.executeQuery()) {
            row.requireSentAs(result.getMetaData());
            long rows = 0;
            while (result.next()) {
                RowEncoder encoder = sink.beginRow();
                row.encode(result.getObject(1, RowBytes.class), encoder);
                sink.endRow();
                rows++;
            }
            isReading = false;
            return rows;
        } catch (SQLException e) {
            throw SqlErrors.of(e, sql);
        }
    }

    @Override
    public void end() {
        session.execute("ROLLBACK");
    }

    private ChunkQuery query(TableSchema table) {
        return new ChunkQuery(table, keyIndexes.computeIfAbsent(table.table(), name -> keyIndex(table)));
    }

    /** The index to walk by: without being told, an optimizer may sort a whole table for one boundary. */
    private Optional<String> keyIndex(TableSchema table) {
        List<String> names =
                table.key().stream().map(i -> table.columns().get(i).name()).toList();
        return new Catalog(session)
                .keys(List.of(table.table()))
                .get(table.table())
                .indexOn(names);
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
