package io.millrace.writer.mysql;

import io.millrace.writer.Run;
import java.sql.SQLException;

/**
 * LOAD DATA LOCAL of some rows: the fastest way in. It takes errors for warnings and leaves out rows whose key exists, in strict mode
 * too; so its counts are compared, and any difference undoes the transaction. Confined to the session's thread.
 */
final class LoadData {
    static final int LINES_BYTES = 4 * 1024 * 1024;

    private final MySqlSession session;
    private final Transaction transaction;
    private final SqlOutput lines = new SqlOutput(64 * 1024);

    LoadData(MySqlSession session, Transaction transaction) {
        this.session = session;
        this.transaction = transaction;
    }

    /** Loads rows in the transaction that is open; all before them must have been sent. */
    void load(CompiledTable table, Run run, int from, int to, RowOrder order) throws SQLException {
        for (int at = from; at < to; ) {
            lines.clear();
            int end = at;
            while (end < to && lines.length() < LINES_BYTES) {
                int row = order.at(end);
                table.putLine(run.row(row), lines, row);
                end++;
            }
            session.pipeline().begin();
            table.putLoad(session.pipeline().output());
            transaction.load(lines, end - at);
            at = end;
        }
    }
}
