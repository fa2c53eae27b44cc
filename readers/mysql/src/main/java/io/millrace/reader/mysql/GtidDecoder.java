package io.millrace.reader.mysql;

import io.millrace.position.TransactionId;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The events that begin a transaction and name it: MySQL's GTID_LOG_EVENT and ANONYMOUS_GTID_LOG_EVENT, MariaDB's GTID_EVENT.
 *
 * <pre>
 *  MySQL    flags 1 | server uuid 16 | number 8 | type 1, last committed 8, sequence 8 | commit time 7 [original commit time 7]
 *           | packed transaction length | server version 4 …
 *  MariaDB  number 8 | domain 4 | flags 1 | …
 * </pre>
 *
 * Allocates nothing.
 */
final class GtidDecoder {
    private static final int CLOCK_TYPE = 2;
    private static final long HAS_ORIGINAL_TIME = 1L << 55;
    private static final long MULTIPLIER = 0xFF51_AFD7_ED55_8CCDL;

    private static final int MARIADB_STANDALONE = 1;
    private static final int MARIADB_GROUP_COMMIT = 2;
    private static final int MARIADB_PREPARED_XA = 64;
    private static final int MARIADB_COMPLETED_XA = 128;

    private GtidDecoder() {}

    /** Fills in identity, commit time and proof from MySQL's event. */
    static void decodeMySql(EventBytes bytes, long timestampSeconds, boolean isAnonymous, TransactionId to) {
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

    /** Fills in identity, commit time and proof from MariaDB's event; returns its flags. */
    static int decodeMariaDb(EventBytes bytes, long timestampSeconds, long serverId, TransactionId to) {
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
    static boolean isStandalone(int mariaDbFlags) {
        return (mariaDbFlags & MARIADB_STANDALONE) != 0;
    }

    /** Whether it is a part of an XA transaction: its PREPARE, or what completes it. */
    static boolean isXa(int mariaDbFlags) {
        return (mariaDbFlags & (MARIADB_PREPARED_XA | MARIADB_COMPLETED_XA)) != 0;
    }

    /** MariaDB's name of an XA transaction, which stands behind the flags. */
    static String xid(EventBytes bytes, int mariaDbFlags) {
        if ((mariaDbFlags & MARIADB_GROUP_COMMIT) != 0) {
            bytes.take(8, "commitId");
        }
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
