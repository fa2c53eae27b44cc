package io.millrace.verify;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyInputStream;

/**
 * Streams a query's rows from PostgreSQL by COPY in its binary format, whose text and bytea are the bytes themselves.
 *
 * <pre>
 *  header  signature (11) flags (4) extension length (4) extension
 *  row     columns (2), then for each: length (4, -1 for NULL) bytes; -1 columns end the stream
 * </pre>
 */
final class PostgresRows implements Rows {
    private static final int SIGNATURE_LENGTH = 11;
    private static final int BUFFER_BYTES = 1 << 16;

    private final PGCopyInputStream copy;
    private final DataInputStream in;
    private final int columns;
    private boolean isAtEnd;

    PostgresRows(Connection connection, String query, int columns) throws SQLException, IOException {
        this.columns = columns;
        copy = new PGCopyInputStream(
                connection.unwrap(PGConnection.class), "COPY (" + query + ") TO STDOUT (FORMAT binary)");
        in = new DataInputStream(new BufferedInputStream(copy, BUFFER_BYTES));
        in.skipNBytes(SIGNATURE_LENGTH + Integer.BYTES);
        in.skipNBytes(in.readInt());
    }

    @Override
    public byte[][] next() throws IOException {
        if (isAtEnd || in.readShort() < 0) {
            isAtEnd = true;
            return null;
        }
        byte[][] row = new byte[columns][];
        for (int i = 0; i < columns; i++) {
            int length = in.readInt();
            if (length >= 0) {
                row[i] = in.readNBytes(length);
            }
        }
        return row;
    }

    @Override
    public void close() throws SQLException, IOException {
        if (!isAtEnd && copy.isActive()) {
            copy.cancelCopy();
        }
    }
}
