package io.millrace.reader.mysql;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableChange;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.reader.mysql.charset.SourceCharsets;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.MariaDbInflater;
import io.millrace.reader.mysql.event.QueryEvent;
import io.millrace.reader.mysql.schema.SchemaRules;
import io.millrace.reader.mysql.schema.SchemaTracker;
import io.millrace.reader.mysql.statement.BinlogStatement;
import io.millrace.reader.mysql.statement.DdlReader;
import io.millrace.reader.mysql.statement.QueryText;
import io.millrace.reader.mysql.statement.StatementTokens;
import io.millrace.reader.mysql.statement.TokenCursor;
import io.millrace.schema.TableId;
import io.millrace.wal.ChangeSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What QUERY_EVENTs do: they open and close transactions, set savepoints, change shapes, or change rows unseen. What touches a
 * selected table, or may, stops the stream. Confined to the stream's thread; BEGIN and COMMIT allocate nothing.
 */
final class BinlogQueries {
    private static final byte[] BEGIN = "BEGIN".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMIT = "COMMIT".getBytes(StandardCharsets.US_ASCII);

    private final BinlogTransaction transaction;
    private final SchemaTracker tracker;
    private final SourceCharsets charsets;
    private final ChangeSink sink;
    private final EventPlace place;

    private boolean isAlterUndone;

    BinlogQueries(
            BinlogTransaction transaction,
            SchemaTracker tracker,
            SourceCharsets charsets,
            ChangeSink sink,
            EventPlace place) {
        this.transaction = transaction;
        this.tracker = tracker;
        this.charsets = charsets;
        this.sink = sink;
        this.place = place;
    }

    /** @param undone whether the statement to come is an ALTER that has changed nothing, by MariaDB's event before it */
    void expect(boolean undone) {
        isAlterUndone = undone;
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
            case HARMLESS -> endAlone(isAlone, timestampSeconds);
            case DDL, DATABASE -> {
                if (isAlterUndone) {
                    endAlone(isAlone, timestampSeconds);
                } else {
                    onDdl(statement, isAlone, timestampSeconds);
                }
            }
            case ROWS -> {
                requireOthers(
                        statement, ErrorCode.STATEMENT_CHANGES_ROWS, "statement changes rows of a selected table");
                endAlone(isAlone, timestampSeconds);
            }
            case UNKNOWN -> {
                if (!transaction.isSkipped() && mayTouch(statement.query())) {
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

    /**
     * The statement goes into the log before its own transaction, where it touches a selected table; what it makes of the tables holds
     * from here on, and is kept before that transaction can be durable.
     */
    private void onDdl(BinlogStatement statement, boolean isAlone, long timestampSeconds) {
        boolean isRelevant = !transaction.isSkipped() && isRelevant(statement);
        SchemaTracker.Outcome outcome = isRelevant ? outcome(statement) : null;
        if (isAlone && transaction.isIdle()) {
            transaction.open(timestampSeconds);
        }
        TransactionId id = transaction.idAtEnd();
        if (isRelevant) {
            record(statement, outcome, id, timestampSeconds);
        }
        boolean hasRows = statement.opensTransaction() || !isAlone;
        if (hasRows) {
            transaction.open(timestampSeconds);
        } else {
            transaction.commit();
        }
        if (isRelevant) {
            tracker.apply(outcome, id);
        }
    }

    private boolean isRelevant(BinlogStatement statement) {
        return statement.kind() == BinlogStatement.Kind.DATABASE
                || (!statement.database().isEmpty() && tracker.mayHaveTablesIn(statement.database()))
                || statement.tables().stream().anyMatch(tracker::matters);
    }

    private SchemaTracker.Outcome outcome(BinlogStatement statement) {
        QueryText query = statement.query();
        Optional<List<TableChange>> changes = changes(query);
        SchemaRules ofSession = tracker.rules().withUtf8mb4(charsets.collationOf(query.utf8mb4Collation()));
        return changes.map(each -> tracker.outcome(each, ofSession, query.isStrict()))
                .orElseGet(() -> tracker.unreadable(
                        statement.tables(), "statement could not be read: " + statement.verb() + ", " + place.text()));
    }

    private static Optional<List<TableChange>> changes(QueryText query) {
        return DdlReader.read(query.sql(), query.dialect(), query.database());
    }

    private void record(
            BinlogStatement statement, SchemaTracker.Outcome outcome, TransactionId id, long timestampSeconds) {
        if (transaction.hasRows()) {
            throw place.unsupported("statement changes a selected table amid rows: statement=" + statement.verb());
        }
        tracker.keep(outcome, id);
        if (!outcome.effects().isEmpty()) {
            QueryText query = statement.query();
            sink.ddl(new DdlEvent(
                    statement.verb(),
                    withFurther(changes(query).orElse(List.of()), outcome),
                    outcome.effects(),
                    query.database(),
                    place.text(),
                    timestampSeconds * 1_000_000,
                    query.sql()));
        }
    }

    private static List<TableChange> withFurther(List<TableChange> said, SchemaTracker.Outcome outcome) {
        List<TableChange> all = new ArrayList<>(said);
        all.addAll(outcome.further());
        return all;
    }

    private void requireOthers(BinlogStatement statement, ErrorCode code, String what) {
        if (transaction.isSkipped()) {
            return;
        }
        for (TableId table : statement.tables()) {
            if (tracker.matters(table) && !tracker.isGhost(table)) {
                throw new MillraceException(
                        code, what + ": statement=" + statement.verb() + ", table=" + table + ", " + place.text());
            }
        }
    }

    /** Whether a statement that is not understood names a table that is selected. */
    private boolean mayTouch(QueryText query) {
        TokenCursor cursor = new TokenCursor(query.sql(), query.dialect(), query.database());
        while (!cursor.isEnd()) {
            StatementTokens.Token token = cursor.next();
            if (!token.isIdentifier()) {
                continue;
            }
            boolean isUnreadable = token.text().indexOf('\uFFFD') >= 0;
            if (isUnreadable || tracker.mayBe(new TableId(query.database(), token.text()))) {
                return true;
            }
            boolean isQualifier = cursor.isSign('.') && cursor.peekSecond().isIdentifier();
            if (isQualifier
                    && tracker.mayBe(
                            new TableId(token.text(), cursor.peekSecond().text()))) {
                return true;
            }
        }
        return false;
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
