package io.millrace.reader.postgres.stream;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.postgres.value.BinaryDecoder;
import io.millrace.reader.postgres.value.MessageBytes;
import io.millrace.reader.postgres.value.ValueDecoder;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.wal.ChangeSink;

/**
 * Decodes the tuples of Insert, Update and Delete into the sink, for whichever transaction takes rows there. A value comes as text or, where
 * that was asked for and its type has such a form, in binary.
 *
 * <p>Confined to the reader's thread. Hot path: a row allocates nothing here.
 */
final class RowMessages {
    private static final int NULL = -1;
    private static final int ABSENT = -2;

    private final ChangeSink sink;
    private final MessageBytes message;
    private final ImageFlyweight image = new ImageFlyweight();
    private int[] oldAt = new int[64];
    private int[] oldLength = new int[64];
    private boolean[] isOldBinary = new boolean[64];

    RowMessages(ChangeSink sink, MessageBytes message) {
        this.sink = sink;
        this.message = message;
    }

    /** Takes a message's tuples, behind the relation's OID. */
    void take(int type, Relation relation) {
        switch (type) {
            case 'I' -> insert(relation);
            case 'U' -> update(relation);
            case 'D' -> delete(relation);
            default -> throw new IllegalArgumentException("type=" + type);
        }
    }

    private void insert(Relation relation) {
        require('N', message.u8());
        RowEncoder encoder = sink.beginRow(relation.tableNumber(), Operation.INSERT);
        encode(relation, encoder, false);
        encoder.endImage(false);
        message.requireEnd();
        long hash = hash(relation, encoder);
        sink.endRow(hash, hash);
    }

    private void update(Relation relation) {
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

    private void delete(Relation relation) {
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
            isOldBinary = new boolean[count];
        }
        encoder.beginImage(count);
        for (int i = 0; i < count; i++) {
            boolean isSent = !isKeyOnly || relation.isIdentity(i);
            int kind = message.u8();
            oldLength[i] = isSent && kind == 'n' ? NULL : ABSENT;
            isOldBinary[i] = kind == 'b';
            if (kind == 't' || kind == 'b') {
                int length = message.i32();
                int at = message.skip(length);
                oldAt[i] = at;
                oldLength[i] = isSent ? length : ABSENT;
            } else {
                requireKind(kind, i, relation);
            }
            put(relation, encoder, i, oldAt[i], oldLength[i], isOldBinary[i]);
        }
    }

    /** Of a column that was neither changed nor sent, the old image's value, where that has one. */
    private void encode(Relation relation, RowEncoder encoder, boolean hasOld) {
        int count = columns(relation);
        encoder.beginImage(count);
        for (int i = 0; i < count; i++) {
            int kind = message.u8();
            if (kind == 't' || kind == 'b') {
                int length = message.i32();
                put(relation, encoder, i, message.skip(length), length, kind == 'b');
            } else if (kind == 'n') {
                encoder.putNull(i);
            } else {
                requireKind(kind, i, relation);
                boolean isKept = hasOld && oldLength[i] != ABSENT;
                put(
                        relation,
                        encoder,
                        i,
                        isKept ? oldAt[i] : 0,
                        isKept ? oldLength[i] : ABSENT,
                        isKept && isOldBinary[i]);
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

    private void put(Relation relation, RowEncoder encoder, int column, int at, int length, boolean isBinary) {
        if (length == ABSENT) {
            encoder.putAbsent(column);
        } else if (length == NULL) {
            encoder.putNull(column);
        } else if (isBinary
                ? !putBinary(relation, encoder, column, at, length)
                : !putText(relation, encoder, column, at, length)) {
            throw message.failure(
                    "no such value, length=" + length + ", format=" + (isBinary ? "binary" : "text") + ", "
                            + name(relation, column) + ", type="
                            + relation.schema().columns().get(column).sourceType());
        }
    }

    private boolean putText(Relation relation, RowEncoder encoder, int column, int at, int length) {
        ValueDecoder decoder = relation.decoder(column);
        boolean mayBe = length > 0 || decoder == ValueDecoder.BYTES;
        return mayBe && decoder.decode(message.bytes(), length == 0 ? 0 : at, length, encoder, column);
    }

    private boolean putBinary(Relation relation, RowEncoder encoder, int column, int at, int length) {
        BinaryDecoder decoder = relation.binary(column);
        return decoder != null
                && decoder.mayHaveLength(length)
                && decoder.decode(message.bytes(), length == 0 ? 0 : at, length, encoder, column);
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
}
