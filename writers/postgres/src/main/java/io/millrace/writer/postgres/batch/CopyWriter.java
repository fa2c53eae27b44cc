package io.millrace.writer.postgres.batch;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Run;
import io.millrace.writer.postgres.connection.BinaryOutput;
import io.millrace.writer.postgres.connection.PostgresSession;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.Query;

/**
 * COPY … FROM STDIN (FORMAT binary), from images through one buffer that is reused for ever. Confined to one thread; allocates
 * nothing a row.
 *
 * <pre>
 *  signature, flags, no extension │ field count, (length, value)… │ … │ -1
 * </pre>
 */
final class CopyWriter {
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int TRAILER = -1;

    /** What is handed to the driver at once; a large value passes in pieces. */
    private static final int CHUNK_BYTES = 64 * 1024;

    private final PostgresSession session;
    private final BinaryOutput output = new BinaryOutput(2 * CHUNK_BYTES, this::pass);
    private final Map<CompiledTable, Query> locks = new HashMap<>();
    private CopyIn copy;

    CopyWriter(PostgresSession session) {
        this.session = session;
    }

    /** Locks the table against changes of its shape until the transaction ends; it goes with what waits in the pipeline. */
    void lock(CompiledTable table) throws SQLException {
        Query lock = locks.get(table);
        if (lock == null) {
            lock = session.prepare("LOCK TABLE " + table.quoted() + " IN ROW EXCLUSIVE MODE");
            locks.put(table, lock);
        }
        session.pipeline().add(lock);
    }

    /** Copies some rows of a run. */
    void copy(CompiledTable table, Run run, int from, int to) throws SQLException {
        if (!table.shape().stands(session)) {
            throw new ShapeChangedException(table.plan().name());
        }
        begin(table);
        boolean isDone = false;
        try {
            for (int row = from; row < to; row++) {
                row(table, run.row(row), row);
            }
            end();
            isDone = true;
        } finally {
            if (!isDone) {
                cancel();
            }
        }
    }

    void begin(CompiledTable table) throws SQLException {
        copy = session.copyIn(table.copySql());
        output.clear();
        output.putBytes(SIGNATURE);
        output.putLong(0);
    }

    void row(CompiledTable table, ImageFlyweight image, int row) throws SQLException {
        try {
            table.putRow(image, output, row);
        } catch (PassException e) {
            throw e.why;
        }
        if (output.length() >= CHUNK_BYTES) {
            send();
        }
    }

    /** A row as another server sent it. */
    void raw(byte[] bytes, int offset, int count) throws SQLException {
        if (count >= CHUNK_BYTES) {
            send();
            copy.writeToCopy(bytes, offset, count);
            return;
        }
        output.putBytes(bytes, offset, count);
        if (output.length() >= CHUNK_BYTES) {
            send();
        }
    }

    private void pass(byte[] bytes, int length) {
        try {
            copy.writeToCopy(bytes, 0, length);
        } catch (SQLException e) {
            throw new PassException(e);
        }
    }

    private void send() throws SQLException {
        copy.writeToCopy(output.bytes(), 0, output.length());
        output.clear();
    }

    /** Waits until the server has taken all rows. */
    void end() throws SQLException {
        output.putShort(TRAILER);
        send();
        CopyIn ended = copy;
        copy = null;
        ended.endCopy();
    }

    /** Gives the COPY up; the transaction has failed with it. */
    void cancel() {
        CopyIn cancelled = copy;
        copy = null;
        if (cancelled != null && cancelled.isActive()) {
            try {
                cancelled.cancelCopy();
            } catch (SQLException e) {
                // The server's answer to a cancelled COPY is an error; one of the connection shows at the roll-back.
                return;
            }
        }
    }

    /** The connection's error in the midst of a row, through encoders that know of no connection. */
    private static final class PassException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final SQLException why;

        PassException(SQLException why) {
            super(why);
            this.why = why;
        }
    }
}
