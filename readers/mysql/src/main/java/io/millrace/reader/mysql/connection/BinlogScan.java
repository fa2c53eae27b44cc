package io.millrace.reader.mysql.connection;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventChecksum;
import io.millrace.reader.mysql.event.EventHeader;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.EventType;
import io.millrace.reader.mysql.event.FormatDescriptionEvent;
import io.millrace.reader.mysql.event.PacketReader;
import java.io.IOException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a server's binlog from the start of a file to where it ends now, event by event, over a connection of its own: for
 * questions about places, never for rows.
 *
 * <p>Confined to one thread. An event is valid until the next {@link #next}. Owns its connection.
 */
public final class BinlogScan implements AutoCloseable {
    /** Where the first event of a file stands, behind the magic. */
    public static final long FIRST_EVENT_OFFSET = 4;

    private static final int READ_TIMEOUT_MILLIS = 60_000;
    private static final int TYPE_OFFSET = 4;

    private final BinlogSession session;
    private final PacketReader packets;
    private final EventPlace place = new EventPlace();
    private final EventHeader header = new EventHeader();
    private final EventBytes bytes = new EventBytes(place);
    private final UnsafeBuffer longHeader = new UnsafeBuffer(new byte[EventHeader.LENGTH]);
    private final EventChecksum checksum;
    private FormatDescriptionEvent format;

    private BinlogScan(BinlogSession session, String file) {
        this.session = session;
        session.execute("SET @master_binlog_checksum=@@global.binlog_checksum,"
                + " @source_binlog_checksum=@@global.binlog_checksum");
        session.execute("SET @mariadb_slave_capability=4");
        checksum = new EventChecksum("CRC32".equals(session.value("SELECT @@global.binlog_checksum")));
        packets = session.stream(new DumpFileCommand(file, FIRST_EVENT_OFFSET), READ_TIMEOUT_MILLIS);
    }

    /** Begins at the start of a file, and goes on through those behind it. */
    public static BinlogScan from(DataSource dataSource, String file) {
        BinlogSession session = BinlogSession.of(dataSource).open();
        try {
            return new BinlogScan(session, file);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Goes to the next event; false where the binlog ends. Rotations are followed, and not shown. */
    public boolean next() {
        while (read()) {
            EventType type = EventType.ofCode(header.typeCode());
            if (type == EventType.ROTATE_EVENT) {
                long position = bytes.i64("position");
                place.rotate(bytes.text(bytes.remaining(), "file"), position);
            } else if (type != EventType.HEARTBEAT_LOG_EVENT && type != EventType.HEARTBEAT_LOG_EVENT_V2) {
                return true;
            }
        }
        return false;
    }

    private boolean read() {
        try {
            packets.next();
        } catch (IOException e) {
            throw session.translate(e);
        }
        if (packets.isContinued()) {
            return onLong();
        }
        return onPacket();
    }

    /** A payload over a packet's length: events that carry rows are passed over part by part, whatever their size. */
    private boolean onLong() {
        try {
            int type = packets.bytes()[packets.offset() + 1 + TYPE_OFFSET] & 0xFF;
            boolean isEvent = packets.bytes()[packets.offset()] == 0;
            if (!isEvent || isReadWhole(EventType.ofCode(type))) {
                packets.join();
                return onPacket();
            }
            int offset = packets.offset() + 1;
            // The parts that follow take the place of this one.
            longHeader.putBytes(0, packets.buffer(), offset, EventHeader.LENGTH);
            header.wrap(longHeader, 0);
            place.advance(type, header.endPosition(), header.eventLength());
            bytes.wrap(packets.buffer(), offset + EventHeader.LENGTH, offset + EventHeader.LENGTH);
            while (packets.isContinued()) {
                packets.nextPart();
            }
            return true;
        } catch (IOException e) {
            throw session.translate(e);
        }
    }

    private static boolean isReadWhole(EventType type) {
        return type == EventType.QUERY_EVENT
                || type == EventType.QUERY_COMPRESSED_EVENT
                || type == EventType.PREVIOUS_GTIDS_LOG_EVENT;
    }

    private boolean onPacket() {
        int length = packets.limit() - packets.offset();
        int kind = length == 0 ? -1 : packets.bytes()[packets.offset()] & 0xFF;
        switch (kind) {
            case 0x00 -> {
                onEvent(packets.offset() + 1, length - 1);
                return true;
            }
            case 0xFE -> {
                return false;
            }
            case 0xFF -> throw BinlogSession.error(packets.payload(), "binlog scan");
            default ->
                throw new MillraceException(
                        ErrorCode.SOURCE_PROTOCOL, "packet is no event: kind=" + kind + ", " + place.text());
        }
    }

    private void onEvent(int offset, int length) {
        if (length < EventHeader.LENGTH) {
            throw place.tooShort("header", EventHeader.LENGTH, length);
        }
        header.wrap(packets.buffer(), offset);
        boolean isArtificial = (header.flags() & EventHeader.FLAG_ARTIFICIAL) != 0;
        place.advance(header.typeCode(), isArtificial ? 0 : header.endPosition(), length);
        int end = offset + length;
        if (EventType.ofCode(header.typeCode()) == EventType.FORMAT_DESCRIPTION_EVENT) {
            format = FormatDescriptionEvent.decode(bytes.wrap(packets.buffer(), offset + EventHeader.LENGTH, end));
            checksum.use(format.hasChecksums());
            place.serverVersion(format.serverVersion());
        } else {
            checksum.verify(packets.bytes(), offset, length, place);
        }
        bytes.wrap(packets.buffer(), offset + EventHeader.LENGTH, end - checksum.trailerLength());
    }

    public EventHeader header() {
        return header;
    }

    public EventPlace place() {
        return place;
    }

    /** The file's format; null before its FORMAT_DESCRIPTION_EVENT. */
    public FormatDescriptionEvent format() {
        return format;
    }

    /** The event's bytes behind its header; none of an event of rows that is longer than a packet. */
    public EventBytes bytes() {
        return bytes;
    }

    /** Seconds since 1970 when the file that the scan begins with was made. */
    public static long secondsOfStart(DataSource dataSource, String file) {
        try (BinlogScan scan = from(dataSource, file)) {
            while (scan.next()) {
                boolean isFormat = EventType.ofCode(scan.header.typeCode()) == EventType.FORMAT_DESCRIPTION_EVENT;
                if (isFormat && scan.header.timestampSeconds() != 0) {
                    return scan.header.timestampSeconds();
                }
            }
        }
        throw new MillraceException(
                ErrorCode.SOURCE_PROTOCOL, "binlog file does not say when it was made: file=" + file);
    }

    @Override
    public void close() {
        session.close();
    }
}
