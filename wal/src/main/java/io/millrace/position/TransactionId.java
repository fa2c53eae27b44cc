package io.millrace.position;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Names one transaction of a source: its GTID where it has one, where it ends in the binlog, and when it was committed.
 * Mutable and reused, so that naming a transaction allocates nothing; {@link #copyFrom} to keep one.
 *
 * <pre>
 *   0          4                  8
 *  +----------+------------------+
 *  | kind     | domain           |   0 no GTID, 1 MySQL, 2 MariaDB, 3 PostgreSQL; MariaDB's domain, timeline
 *  +----------+------------------+
 *  | server, high                |   MySQL: server uuid; MariaDB: server id in the low word; PostgreSQL: system
 *  +-----------------------------+
 *  | server, low                 |   PostgreSQL: LSN of the commit record
 *  +-----------------------------+
 *  | number                      |   gno, sequence number, transaction id in 64 bits
 *  +-----------------------------+
 *  | end position                |   offset of the byte behind the transaction in its binlog file; LSN behind it
 *  +-----------------------------+
 *  | commit time                 |   microseconds since 1970, by the source's clock; 0 where unknown
 *  +-----------------------------+
 *  | proof                       |   hash over what the server repeats about this very transaction (EXACTNESS 9)
 *  +----------+------------------+
 *  | file     | 0                |   number at the end of the binlog file's name
 *  +----------+------------------+
 *  | tag, high                   |   MySQL's tag, as GtidTag packs it; 0 where there is none
 *  +-----------------------------+
 *  | tag, middle                 |
 *  +-----------------------------+
 *  | tag, low                    |
 *  +-----------------------------+
 * </pre>
 */
public final class TransactionId {
    /** Bytes of the encoded form. */
    public static final int LENGTH = 88;

    public static final int KIND_NONE = 0;
    public static final int KIND_MYSQL = 1;
    public static final int KIND_MARIADB = 2;
    public static final int KIND_POSTGRES = 3;

    public int kind;
    public int domain;
    public long serverHigh;
    public long serverLow;
    public long number;
    public long endPosition;
    public long commitTimeMicros;
    public long proof;
    public int fileNumber;
    public long tagHigh;
    public long tagMiddle;
    public long tagLow;

    public TransactionId clear() {
        kind = KIND_NONE;
        domain = 0;
        serverHigh = 0;
        serverLow = 0;
        number = 0;
        endPosition = 0;
        commitTimeMicros = 0;
        proof = 0;
        fileNumber = 0;
        tagHigh = 0;
        tagMiddle = 0;
        tagLow = 0;
        return this;
    }

    public TransactionId copyFrom(TransactionId other) {
        kind = other.kind;
        domain = other.domain;
        serverHigh = other.serverHigh;
        serverLow = other.serverLow;
        number = other.number;
        endPosition = other.endPosition;
        commitTimeMicros = other.commitTimeMicros;
        proof = other.proof;
        fileNumber = other.fileNumber;
        tagHigh = other.tagHigh;
        tagMiddle = other.tagMiddle;
        tagLow = other.tagLow;
        return this;
    }

    public void encode(MutableDirectBuffer buffer, int offset) {
        buffer.putInt(offset, kind);
        buffer.putInt(offset + 4, domain);
        buffer.putLong(offset + 8, serverHigh);
        buffer.putLong(offset + 16, serverLow);
        buffer.putLong(offset + 24, number);
        buffer.putLong(offset + 32, endPosition);
        buffer.putLong(offset + 40, commitTimeMicros);
        buffer.putLong(offset + 48, proof);
        buffer.putInt(offset + 56, fileNumber);
        buffer.putInt(offset + 60, 0);
        buffer.putLong(offset + 64, tagHigh);
        buffer.putLong(offset + 72, tagMiddle);
        buffer.putLong(offset + 80, tagLow);
    }

    public TransactionId decode(DirectBuffer buffer, int offset) {
        kind = buffer.getInt(offset);
        domain = buffer.getInt(offset + 4);
        serverHigh = buffer.getLong(offset + 8);
        serverLow = buffer.getLong(offset + 16);
        number = buffer.getLong(offset + 24);
        endPosition = buffer.getLong(offset + 32);
        commitTimeMicros = buffer.getLong(offset + 40);
        proof = buffer.getLong(offset + 48);
        fileNumber = buffer.getInt(offset + 56);
        tagHigh = buffer.getLong(offset + 64);
        tagMiddle = buffer.getLong(offset + 72);
        tagLow = buffer.getLong(offset + 80);
        return this;
    }

    /** Whether both name the same transaction, by GTID where it has one. */
    public boolean isSame(TransactionId other) {
        if (kind != other.kind) {
            return false;
        }
        return kind == KIND_NONE
                ? fileNumber == other.fileNumber && endPosition == other.endPosition
                : domain == other.domain
                        && serverHigh == other.serverHigh
                        && serverLow == other.serverLow
                        && number == other.number
                        && tagHigh == other.tagHigh
                        && tagMiddle == other.tagMiddle
                        && tagLow == other.tagLow;
    }

    /** For messages: the GTID as the server prints it, or where the transaction ends. */
    @Override
    public String toString() {
        return switch (kind) {
            case KIND_MYSQL -> Tsid.of(this) + ":" + number;
            case KIND_MARIADB ->
                Integer.toUnsignedString(domain) + "-" + serverLow + "-" + Long.toUnsignedString(number);
            case KIND_POSTGRES ->
                "transaction " + Long.toUnsignedString(number) + " at " + PostgresPosition.lsnText(serverLow);
            default -> "end of " + fileNumber + ":" + endPosition;
        };
    }
}
