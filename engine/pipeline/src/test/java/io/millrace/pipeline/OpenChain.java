package io.millrace.pipeline;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import java.util.ArrayList;
import java.util.List;

/** Rows and statements of a transaction of a {@link MemoryLog} that is not committed. */
final class OpenChain {
    final List<ChainRow> rows = new ArrayList<>();
    TransactionId prepare;

    long count() {
        return rows.stream().filter(row -> row.statement == null).count();
    }

    /** A row, or a statement. */
    static final class ChainRow {
        final int table;
        final Operation operation;
        final byte[] record;
        final DdlEvent statement;
        final long subtransaction;

        ChainRow(int table, Operation operation, byte[] record, DdlEvent statement, long subtransaction) {
            this.table = table;
            this.operation = operation;
            this.record = record;
            this.statement = statement;
            this.subtransaction = subtransaction;
        }
    }
}
