package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.wal.ChangeSink;

/**
 * Decodes {@code pgoutput}'s messages into a sink: one message a call. Knows nothing of the network.
 *
 * <pre>
 * message              state            does
 * Begin                outside          names the transaction; the sink's begins with its first row
 * Relation Type        anywhere         compiles; forgets
 * Insert Update Delete inside           one row
 * Truncate             inside           stops the task
 * Origin Message       anywhere         nothing
 * Commit               inside           commits
 * </pre>
 *
 * <p>Confined to the reader's thread. Hot path: a row allocates nothing here.
 */
final class PgOutputStream {
    private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;
    private static final int NULL = -1;
    private static final int ABSENT = -2;

    private final ChangeSink sink;
    private final Relations relations;
    private final TransactionIds ids;
    private final MessageBytes message = new MessageBytes();
    private final TransactionId transaction = new TransactionId();
    private final ImageFlyweight image = new ImageFlyweight();
    private int[] oldAt = new int[64];
    private int[] oldLength = new int[64];
    private boolean isInside;
    private boolean isBegun;
    private long position;
    private long lastCommitMicros;

    /**
     * A stream from a position.
     *
     * @param start of the stream, with the server's system and timeline
     */
    PgOutputStream(ChangeSink sink, Relations relations, TransactionIds ids, PostgresPosition start) {
        this.sink = sink;
        this.relations = relations;
        this.ids = ids;
        position = start.lsn();
        transaction.clear();
        transaction.kind = TransactionId.KIND_POSTGRES;
        transaction.domain = start.timeline();
        transaction.serverHigh = start.system();
    }

    /** Whether a transaction is open. */
    boolean isInside() {
        return isInside;
    }

    /** Behind the last commit, or where the stream started. */
    long position() {
        return position;
    }

    /** The server has nothing before this LSN that it has not sent. */
    void passed(long lsn) {
        requireInside(false);
        position = lsn;
    }

    /** The source's commit time of the last transaction, 0 where there was none. */
    long lastCommitMicros() {
        return lastCommitMicros;
    }

    /**
     * Takes a message.
     *
     * @param lsn where it stands in the WAL, for errors
     */
    void onMessage(byte[] bytes, int offset, int length, long lsn) {
        message.wrap(bytes, offset, length, lsn);
        message.part("message");
        int type = message.u8();
        switch (type) {
            case 'I' -> insert();
            case 'U' -> update();
            case 'D' -> delete();
            case 'B' -> begin();
            case 'C' -> commit();
            case 'R' -> relations.announce(message);
            case 'T' -> truncate();
            case 'Y', 'O', 'M' -> {
                // Types are asked of the catalog; where a change came from first, and messages of others, change no
                // row.
            }
            default ->
                throw new MillraceException(
                        ErrorCode.EVENT_UNSUPPORTED,
                        "message is not known: type=0x" + Integer.toHexString(type) + ", lsn="
                                + PostgresPosition.lsnText(lsn));
        }
    }

    private void begin() {
        message.part("Begin");
        requireInside(false);
        transaction.serverLow = message.i64();
        transaction.commitTimeMicros = message.i64() + POSTGRES_EPOCH_MICROS;
        transaction.number = ids.widen(message.i32());
        transaction.endPosition = 0;
        message.requireEnd();
        if (Long.compareUnsigned(transaction.serverLow, position) < 0) {
            throw new MillraceException(
                    ErrorCode.SOURCE_PROTOCOL,
                    "the server sent a transaction again: commit=" + PostgresPosition.lsnText(transaction.serverLow)
                            + ", position=" + PostgresPosition.lsnText(position));
        }
        isInside = true;
        isBegun = false;
    }

    private void commit() {
        message.part("Commit");
        requireInside(true);
        message.u8();
        long commit = message.i64();
        transaction.endPosition = message.i64();
        message.i64();
        message.requireEnd();
        if (commit != transaction.serverLow) {
            throw message.failure("commit=" + PostgresPosition.lsnText(commit) + ", begin="
                    + PostgresPosition.lsnText(transaction.serverLow));
        }
        if (isBegun) {
            sink.commit(transaction);
        }
        isInside = false;
        isBegun = false;
        position = transaction.endPosition;
        lastCommitMicros = transaction.commitTimeMicros;
    }

    private void requireInside(boolean isDue) {
        if (isInside != isDue) {
            throw message.failure(isDue ? "no transaction is open" : "a transaction is open");
        }
    }

    private Relation relation() {
        requireInside(true);
        int oid = message.i32();
        Relation relation = relations.relation(oid);
        if (relation == null) {
            throw relations.stranger(oid, message);
        }
        if (!isBegun) {
            sink.begin(transaction);
            isBegun = true;
        }
        return relation;
    }

    private void insert() {
        message.part("Insert");
        Relation relation = relation();
        require('N', message.u8());
        RowEncoder encoder = sink.beginRow(relation.tableNumber(), Operation.INSERT);
        encode(relation, encoder, false);
        encoder.endImage(false);
        message.requireEnd();
        long hash = hash(relation, encoder);
        sink.endRow(hash, hash);
    }

    private void update() {
        message.part("Update");
        Relation relation = relation();
        int part = message.u8();
        RowEncoder encoder = sink.beginRow(relation.tableNumber(), Operation.UPDATE);
        boolean hasOld = part == 'K' || part == 'O';
        long beforeHash = 0;
        if (hasOld) {
            encodeOld(relation, encoder, part == 'K');
            encoder.endImage(true);
            beforeHash = hash(relation, encoder);
            part = message.u8();
        }
        require('N', part);
        encode(relation, encoder, hasOld);
        encoder.endImage(false);
        message.requireEnd();
        long hash = hash(relation, encoder);
        sink.endRow(hash, hasOld ? beforeHash : hash);
    }

    private void delete() {
        message.part("Delete");
        Relation relation = relation();
        int part = message.u8();
        if (part != 'O') {
            require('K', part);
        }
        RowEncoder encoder = sink.beginRow(relation.tableNumber(), Operation.DELETE);
        encodeOld(relation, encoder, part == 'K');
        encoder.endImage(true);
        message.requireEnd();
        long hash = hash(relation, encoder);
        sink.endRow(hash, hash);
    }

    private void require(int expected, int found) {
        if (found != expected) {
            throw message.failure("tuple=0x" + Integer.toHexString(found) + ", expected=" + (char) expected);
        }
    }

    /** Of a key alone the other columns are sent as NULL: they are absent. Remembers where each value lies. */
    private void encodeOld(Relation relation, RowEncoder encoder, boolean isKeyOnly) {
        int count = columns(relation);
        if (oldAt.length < count) {
            oldAt = new int[count];
            oldLength = new int[count];
        }
        encoder.beginImage(count);
        for (int i = 0; i < count; i++) {
            boolean isSent = !isKeyOnly || relation.isIdentity(i);
            int kind = message.u8();
            oldLength[i] = isSent && kind == 'n' ? NULL : ABSENT;
            if (kind == 't') {
                int length = message.i32();
                int at = message.skip(length);
                oldAt[i] = at;
                oldLength[i] = isSent ? length : ABSENT;
            } else {
                requireKind(kind, i, relation);
            }
            put(relation, encoder, i, oldAt[i], oldLength[i]);
        }
    }

    /** Of a column that was neither changed nor sent, the old image's value, where that has one. */
    private void encode(Relation relation, RowEncoder encoder, boolean hasOld) {
        int count = columns(relation);
        encoder.beginImage(count);
        for (int i = 0; i < count; i++) {
            int kind = message.u8();
            if (kind == 't') {
                int length = message.i32();
                put(relation, encoder, i, message.skip(length), length);
            } else if (kind == 'n') {
                encoder.putNull(i);
            } else {
                requireKind(kind, i, relation);
                put(relation, encoder, i, oldAt.length > i ? oldAt[i] : 0, hasOld ? oldLength[i] : ABSENT);
            }
        }
    }

    private int columns(Relation relation) {
        int count = message.u16();
        if (count != relation.columnCount()) {
            throw message.failure("columns=" + count + ", relation=" + relation.columnCount() + ", table="
                    + relation.schema().table());
        }
        return count;
    }

    private void requireKind(int kind, int column, Relation relation) {
        if (kind != 'n' && kind != 'u') {
            throw message.failure("kind=0x" + Integer.toHexString(kind) + ", " + name(relation, column));
        }
    }

    private void put(Relation relation, RowEncoder encoder, int column, int at, int length) {
        if (length == ABSENT) {
            encoder.putAbsent(column);
        } else if (length == NULL) {
            encoder.putNull(column);
        } else if (length == 0
                ? !putEmpty(relation, encoder, column)
                : !decode(relation, encoder, column, at, length)) {
            throw message.failure("no such value, length=" + length + ", " + name(relation, column) + ", type="
                    + relation.schema().columns().get(column).sourceType());
        }
    }

    private boolean decode(Relation relation, RowEncoder encoder, int column, int at, int length) {
        return relation.decoder(column).decode(message.bytes(), at, length, encoder, column);
    }

    private boolean putEmpty(Relation relation, RowEncoder encoder, int column) {
        return relation.decoder(column) == ValueDecoder.BYTES && decode(relation, encoder, column, 0, 0);
    }

    private static String name(Relation relation, int column) {
        return "table=" + relation.schema().table() + ", column="
                + relation.schema().columns().get(column).name();
    }

    private long hash(Relation relation, RowEncoder encoder) {
        encoder.wrapLastImage(image);
        for (int i = 0; i < relation.keyCount(); i++) {
            int column = relation.keyColumn(i);
            if (!image.isPresent(column)) {
                throw new MillraceException(
                        ErrorCode.EVENT_UNSUPPORTED,
                        "a row came without its key: " + name(relation, column) + ", lsn="
                                + PostgresPosition.lsnText(message.lsn()));
            }
        }
        return relation.hasher().hash(image);
    }

    private void truncate() {
        message.part("Truncate");
        int count = message.i32();
        message.u8();
        StringBuilder tables = new StringBuilder();
        for (int i = 0; i < count; i++) {
            Relation relation = relations.relation(message.i32());
            if (relation != null) {
                tables.append(tables.isEmpty() ? "" : " ")
                        .append(relation.schema().table());
            }
        }
        throw new MillraceException(
                ErrorCode.DDL_ON_SELECTED_TABLE,
                "TRUNCATE on selected tables: tables=" + tables + ", lsn=" + PostgresPosition.lsnText(message.lsn()));
    }
}
