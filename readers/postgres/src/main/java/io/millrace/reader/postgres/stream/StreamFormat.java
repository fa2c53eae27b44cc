package io.millrace.reader.postgres.stream;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.catalog.CatalogTable;
import io.millrace.reader.postgres.catalog.ColumnTypes;
import io.millrace.reader.postgres.catalog.GeneratedColumns;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.schema.TableId;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether the stream comes in the binary format: where the form of every column of every table is read. A column whose form is not, that
 * comes while it streams, ends the connection, and from the next one on it is text, until the process ends. Kept over connections.
 * Confined to the stream's thread.
 */
public final class StreamFormat {
    private static final String TYPES = """
            SELECT DISTINCT a.atttypid::bigint, a.atttypmod FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = ANY (?::bigint[]::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
              AND :carried""".replace(":carried", GeneratedColumns.IS_CARRIED);

    private boolean isBinary;
    private boolean isRefused;

    private record Type(long oid, int modifier) {}

    /** Decides for a connection. */
    public void choose(SqlSession session, List<CatalogTable> tables, ColumnTypes types) {
        String oids = tables.stream()
                .map(table -> Integer.toUnsignedString(table.oid()))
                .collect(Collectors.joining(",", "{", "}"));
        isBinary = !isRefused
                && session.value("SELECT pg_catalog.current_setting('integer_datetimes')")
                        .equals("on")
                && session.rows(TYPES, row -> new Type(row.getLong(1), row.getInt(2)), oids).stream()
                        .allMatch(type ->
                                types.binary((int) type.oid(), type.modifier()).isPresent());
    }

    public boolean isBinary() {
        return isBinary;
    }

    /** A column came whose binary form is not read. */
    MillraceException refuse(TableId table, String column) {
        isRefused = true;
        return new MillraceException(
                ErrorCode.SOURCE_BUSY,
                "a column came whose binary form is not read, so that the stream goes on as text: table=" + table
                        + ", column=" + column);
    }
}
