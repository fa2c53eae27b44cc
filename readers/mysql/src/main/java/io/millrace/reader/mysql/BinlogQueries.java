package io.millrace.reader.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What QUERY_EVENTs do: they open and close transactions, set savepoints, change shapes, or change rows unseen. What touches a
 * selected table, or may, stops the stream. Confined to the stream's thread; BEGIN and COMMIT allocate nothing.
 */
final class BinlogQueries {
    private static final byte[] BEGIN = "BEGIN".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMIT = "COMMIT".getBytes(StandardCharsets.US_ASCII);

    private final BinlogTransaction transaction;
    private final TableSelection selection;
    private final TableShapes shapes;
    private final EventPlace place;

    BinlogQueries(BinlogTransaction transaction, TableSelection selection, TableShapes shapes, EventPlace place) {
        this.transaction = transaction;
        this.selection = selection;
        this.shapes = shapes;
        this.place = place;
    }

    void onQuery(EventBytes bytes, int postHeaderLength, long timestampSeconds) {
        if (QueryEvent.isExactly(bytes, BEGIN)) {
            transaction.open(timestampSeconds);
        } else if (QueryEvent.isExactly(bytes, COMMIT)) {
            transaction.commit();
        } else {
            onStatement(QueryEvent.decode(bytes, postHeaderLength), timestampSeconds);
        }
    }

    void onCompressedQuery(EventBytes bytes, int postHeaderLength, long timestampSeconds, MariaDbInflater inflater) {
        onStatement(QueryEvent.decode(bytes, postHeaderLength, inflater), timestampSeconds);
    }

    private void onStatement(BinlogStatement statement, long timestampSeconds) {
        boolean isAlone = !transaction.isOpen();
        switch (statement.kind()) {
            case BEGIN -> transaction.open(timestampSeconds);
            case XA_START -> transaction.startXa(statement.savepoint(), timestampSeconds);
            case COMMIT -> transaction.commit();
            case ROLLBACK -> transaction.rollback();
            case SAVEPOINT -> transaction.savepoint(statement.savepoint());
            case ROLLBACK_TO -> transaction.rollbackTo(statement.savepoint());
            case RELEASE -> transaction.release(statement.savepoint());
            case XA_END -> {
                // The prepare event or the one-phase commit that follows decides.
            }
            case XA_COMMIT -> transaction.commitXa(statement.savepoint(), timestampSeconds);
            case XA_ROLLBACK -> transaction.rollbackXa(statement.savepoint(), timestampSeconds);
            case HARMLESS, DATABASE -> endAlone(isAlone, timestampSeconds);
            case DDL -> {
                requireOthers(statement, ErrorCode.DDL_ON_SELECTED_TABLE, "statement changes a selected table");
                if (statement.opensTransaction()) {
                    transaction.open(timestampSeconds);
                } else {
                    endAlone(isAlone, timestampSeconds);
                }
            }
            case ROWS -> {
                requireOthers(
                        statement, ErrorCode.STATEMENT_CHANGES_ROWS, "statement changes rows of a selected table");
                endAlone(isAlone, timestampSeconds);
            }
            case UNKNOWN -> {
                if (!transaction.isSkipped()) {
                    throw place.unsupported("statement may touch a selected table: statement=" + statement.verb());
                }
                endAlone(isAlone, timestampSeconds);
            }
        }
    }

    /** A statement without BEGIN and COMMIT around it is a transaction of its own. */
    private void endAlone(boolean isAlone, long timestampSeconds) {
        if (isAlone) {
            transaction.endAlone(timestampSeconds);
        }
    }

    private void requireOthers(BinlogStatement statement, ErrorCode code, String what) {
        if (transaction.isSkipped()) {
            return;
        }
        for (TableId table : statement.tables()) {
            if (isSelected(table)) {
                throw new MillraceException(
                        code, what + ": statement=" + statement.verb() + ", table=" + table + ", " + place.text());
            }
        }
        if (!statement.database().isEmpty() && shapes.mayHaveTablesIn(statement.database())) {
            throw new MillraceException(
                    code,
                    what + ": statement=" + statement.verb() + ", database=" + statement.database() + ", "
                            + place.text());
        }
    }

    /** Servers that fold names keep them in lower case, however a statement spells them. */
    private boolean isSelected(TableId table) {
        return selection.isSelected(table)
                || selection.isSelected(new TableId(
                        table.namespace().toLowerCase(Locale.ROOT), table.name().toLowerCase(Locale.ROOT)));
    }

    /** XA_PREPARE_LOG_EVENT: with one phase a commit, else the first half of a transaction that another one completes. */
    void onXaPrepare(EventBytes bytes) {
        boolean isOnePhase = bytes.u8("onePhase") != 0;
        if (isOnePhase) {
            transaction.commit();
        } else {
            transaction.prepare();
        }
    }
}
