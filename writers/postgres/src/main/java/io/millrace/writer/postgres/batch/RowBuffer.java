package io.millrace.writer.postgres.batch;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.RowRefusals;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.connection.SqlStates;
import io.millrace.writer.sql.CopiedRows;
import io.millrace.writer.sql.RowSearch;
import io.millrace.writer.sql.Savepoint;
import java.sql.SQLException;

/**
 * Rows of a chunk, written by INSERT over arrays when there are enough: for a table that cannot be written by COPY BINARY, and to
 * find the rows that cannot be written, by halves, each under a savepoint. Confined to one thread.
 */
final class RowBuffer {
    private static final int MAX_ROWS = 2_000;

    private final CompiledTable table;
    private final PostgresSession session;
    private final CopiedRows rows = new CopiedRows(MAX_ROWS);
    private final RowRefusals refusals;
    private final boolean doesOverwrite;
    private final RowSearch search;
    private int written;

    /**
     * An empty buffer.
     *
     * @param refusals is told of rows that cannot be written, which are left out; null: the first ends it all
     * @param doesOverwrite whether a row that stands under the key of one of these is written over
     */
    RowBuffer(CompiledTable table, PostgresSession session, RowRefusals refusals, boolean doesOverwrite) {
        this.doesOverwrite = doesOverwrite;
        this.table = table;
        this.session = session;
        this.refusals = refusals;
        rows.begin(table.plan(), doesOverwrite);
        Savepoint savepoint = session.savepoint("load");
        search = new RowSearch((from, to) -> savepoint.attempt(() -> write(from, to)), this::refuse);
    }

    /** How many rows are behind those that wait. */
    int written() {
        return written;
    }

    void add(ImageFlyweight image) throws SQLException {
        if (rows.add(image)) {
            flush();
        }
    }

    void flush() throws SQLException {
        if (rows.count() == 0) {
            return;
        }
        if (refusals == null) {
            write(0, rows.count());
        } else {
            search.apply(rows.count());
        }
        written += rows.count();
        rows.clear();
    }

    private void write(int from, int to) throws SQLException {
        if (doesOverwrite && !table.hasKeyIndex()) {
            session.pipeline().begin(table.statements().delete());
            CompiledTable.putArrays(table.key(), rows, from, to, session.pipeline());
        }
        session.pipeline()
                .begin(
                        doesOverwrite && table.hasKeyIndex()
                                ? table.statements().upsert()
                                : table.statements().insert());
        CompiledTable.putArrays(table.columns(), rows, from, to, session.pipeline());
        session.pipeline().flush();
    }

    private RowSearch.Then refuse(int number, Exception why) {
        refusals.refuse(written + number, rows.row(number), SqlStates.FAULTS.refusal(why));
        return RowSearch.Then.GO_ON;
    }
}
