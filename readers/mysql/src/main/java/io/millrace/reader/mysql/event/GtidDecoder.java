package io.millrace.reader.mysql.event;

import io.millrace.position.GtidTag;
import io.millrace.position.TransactionId;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The events that begin a transaction and name it: MySQL's GTID_LOG_EVENT, GTID_TAGGED_LOG_EVENT and ANONYMOUS_GTID_LOG_EVENT,
 * MariaDB's GTID_EVENT.
 *
 * <pre>
 *  MySQL    flags 1 | server uuid 16 | number 8 | type 1, last committed 8, sequence 8 | commit time 7 [original commit time 7]
 *           | packed transaction length | server version 4 …
 *  tagged   {@link SerializedFields}: 0 flags, 1 server uuid, each of its bytes a number, 2 number (signed), 3 tag, 4 last
 *           committed and 5 sequence (signed), 6 commit time, 7 original commit time where it is another, 8 length, 9 and 10
 *           server versions, 11 ticket
 *  MariaDB  number 8 | domain 4 | flags 1 | commit id 8, by flag | XA's name, by flag | further flags 1 | …, or zeros
 * </pre>
 *
 * Allocates nothing.
 */
public final class GtidDecoder {
    private static final int CLOCK_TYPE = 2;
    private static final long HAS_ORIGINAL_TIME = 1L << 55;
    private static final long MULTIPLIER = 0xFF51_AFD7_ED55_8CCDL;

    private static final int TAGGED_FIELDS = 12;

    private static final int MARIADB_STANDALONE = 1;
    private static final int MARIADB_GROUP_COMMIT = 2;
    private static final int MARIADB_PREPARED_XA = 64;
    private static final int MARIADB_COMPLETED_XA = 128;
    private static final int MARIADB_START_ALTER = 2; // of the further flags, since 10.8
    private static final int MARIADB_ROLLBACK_ALTER = 8;

    private GtidDecoder() {}

    /** Fills in identity, commit time and proof from MySQL's event. */
    public static void decodeMySql(EventBytes bytes, long timestampSeconds, boolean isAnonymous, TransactionId to) {
        to.clear();
        bytes.take(1, "flags");
        int uuid = bytes.take(16, "server");
        long number = bytes.i64("number");
        if (!isAnonymous) {
            to.kind = TransactionId.KIND_MYSQL;
            to.serverHigh = bytes.buffer().getLong(uuid, ByteOrder.BIG_ENDIAN);
            to.serverLow = bytes.buffer().getLong(uuid + 8, ByteOrder.BIG_ENDIAN);
            to.number = number;
        }
        long originalMicros = 0;
        if (bytes.remaining() >= 17 && bytes.u8("clock") == CLOCK_TYPE) {
            bytes.take(16, "clock");
            if (bytes.remaining() >= 7) { // since MySQL 8.0.1
                long micros = bytes.unsigned(7, "commitTime");
                to.commitTimeMicros = micros & ~HAS_ORIGINAL_TIME;
                originalMicros = (micros & HAS_ORIGINAL_TIME) != 0
                        ? bytes.unsigned(7, "originalCommitTime")
                        : to.commitTimeMicros;
            }
        }
        if (to.commitTimeMicros == 0) {
            to.commitTimeMicros = timestampSeconds * 1_000_000;
        }
        // The first server's time is the same on every replica; what else stands in the event differs between them.
        prove(to, originalMicros == 0 ? timestampSeconds : originalMicros);
    }

    /** Fills in the same from MySQL's event with a tag. */
    public static void decodeTagged(EventBytes bytes, long timestampSeconds, TransactionId to) {
        to.clear();
        to.kind = TransactionId.KIND_MYSQL;
        SerializedFields fields = new SerializedFields().wrap(bytes, TAGGED_FIELDS);
        fields.require(0, "flags");
        SerializedFields.unsigned(bytes, "flags");
        fields.require(1, "server");
        to.serverHigh = uuidHalf(bytes);
        to.serverLow = uuidHalf(bytes);
        fields.require(2, "number");
        to.number = SerializedFields.signed(bytes, "number");
        fields.require(3, "tag");
        int length = SerializedFields.length(bytes, GtidTag.MAX_LENGTH, "tag");
        int tag = bytes.take(length, "tag");
        to.tagHigh = GtidTag.word(bytes.buffer(), tag, length, 0);
        to.tagMiddle = GtidTag.word(bytes.buffer(), tag, length, 1);
        to.tagLow = GtidTag.word(bytes.buffer(), tag, length, 2);
        if (to.tagHigh < 0 || to.tagMiddle < 0 || to.tagLow < 0) {
            throw bytes.place().malformed("tag", length);
        }
        if (fields.has(4)) {
            SerializedFields.signed(bytes, "lastCommitted");
        }
        if (fields.has(5)) {
            SerializedFields.signed(bytes, "sequence");
        }
        fields.require(6, "commitTime");
        to.commitTimeMicros = SerializedFields.unsigned(bytes, "commitTime");
        long originalMicros =
                fields.has(7) ? SerializedFields.unsigned(bytes, "originalCommitTime") : to.commitTimeMicros;
        prove(to, originalMicros == 0 ? timestampSeconds : originalMicros);
    }

    private static long uuidHalf(EventBytes bytes) {
        long half = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            half = half << 8 | SerializedFields.length(bytes, 0xFF, "server");
        }
        return half;
    }

    /** Fills in identity, commit time and proof from MariaDB's event; returns its flags. */
    public static int decodeMariaDb(EventBytes bytes, long timestampSeconds, long serverId, TransactionId to) {
        to.clear();
        to.kind = TransactionId.KIND_MARIADB;
        to.number = bytes.i64("number");
        to.domain = bytes.i32("domain");
        to.serverLow = serverId;
        to.commitTimeMicros = timestampSeconds * 1_000_000;
        prove(to, timestampSeconds);
        return bytes.u8("flags");
    }

    /** Whether the transaction is one statement, without BEGIN and COMMIT around it. */
    public static boolean isStandalone(int mariaDbFlags) {
        return (mariaDbFlags & MARIADB_STANDALONE) != 0;
    }

    /** Whether it is a part of an XA transaction: its PREPARE, or what completes it. */
    public static boolean isXa(int mariaDbFlags) {
        return (mariaDbFlags & (MARIADB_PREPARED_XA | MARIADB_COMPLETED_XA)) != 0;
    }

    /**
     * Whether its statement is one that changes nothing yet, or never did: with {@code binlog_alter_two_phase} an ALTER is written as it starts, and
     * again as it ends or fails. Reads on behind the flags, of what is no XA transaction.
     */
    public static boolean isAlterUndone(EventBytes bytes, int mariaDbFlags) {
        takeCommitId(bytes, mariaDbFlags);
        int further = bytes.remaining() == 0 ? 0 : bytes.u8("furtherFlags");
        return (further & (MARIADB_START_ALTER | MARIADB_ROLLBACK_ALTER)) != 0;
    }

    private static void takeCommitId(EventBytes bytes, int mariaDbFlags) {
        if ((mariaDbFlags & MARIADB_GROUP_COMMIT) != 0) {
            bytes.take(8, "commitId");
        }
    }

    /** MariaDB's name of an XA transaction, which stands behind the flags. */
    public static String xid(EventBytes bytes, int mariaDbFlags) {
        takeCommitId(bytes, mariaDbFlags);
        int start = bytes.position();
        bytes.take(4, "xidFormat");
        int length = bytes.u8("xidLength") + bytes.u8("xidLength");
        bytes.take(length, "xid");
        byte[] xid = new byte[bytes.position() - start];
        bytes.buffer().getBytes(start, xid);
        return HexFormat.of().formatHex(xid);
    }

    /** What the server repeats about a transaction, and would not say of another one with the same name; never 0. */
    private static void prove(TransactionId to, long time) {
        long proof = mix(mix(mix(time) ^ to.serverHigh) ^ to.serverLow) ^ to.number;
        to.proof = mix(proof) | 1;
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 32)) * MULTIPLIER;
        return mixed ^ (mixed >>> 29);
    }
}
