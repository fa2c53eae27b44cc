package io.millrace.writer.mysql.batch;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Run;
import io.millrace.writer.mysql.connection.LargeValue;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.SqlOutput;
import java.sql.SQLException;

/**
 * LOAD DATA LOCAL of some rows: the fastest way in. It takes errors for warnings and leaves out rows whose key exists, in strict mode
 * too; so its counts are compared, and any difference undoes the transaction. Confined to the session's thread.
 */
public final class LoadData {
    public static final int LINES_BYTES = 4 * 1024 * 1024;

    private final MySqlSession session;
    private final Transaction transaction;
    private final SqlOutput lines = new SqlOutput(64 * 1024);

    LoadData(MySqlSession session, Transaction transaction) {
        this.session = session;
        this.transaction = transaction;
    }

    /**
     * Loads rows in the transaction that is open, up to one that is too large for it; all before them must have been sent.
     *
     * @return where that row is, or the end
     */
    int load(CompiledTable table, Run run, int from, int to, RowOrder order) throws SQLException {
        for (int at = from; at < to; ) {
            lines.clear();
            int end = at;
            boolean isLarge = false;
            while (end < to && lines.length() < LINES_BYTES) {
                int row = order.at(end);
                ImageFlyweight image = run.row(row);
                isLarge = image.buffer().capacity() >= LargeValue.LEAST_BYTES;
                if (isLarge) {
                    break;
                }
                putLine(table, image, row);
                end++;
            }
            if (end == at) {
                return at;
            }
            session.pipeline().begin();
            table.putLoad(session.pipeline().output());
            transaction.load(lines, end - at);
            if (isLarge) {
                return end;
            }
            at = end;
        }
        return to;
    }

    private void putLine(CompiledTable table, ImageFlyweight image, int row) {
        try {
            table.putLine(image, lines, row);
        } catch (LoadNotExactException e) {
            transaction.failed();
            throw e;
        }
    }
}
