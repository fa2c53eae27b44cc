package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.MySqlGtids;
import io.millrace.reader.mysql.event.EventChecksum;
import io.millrace.reader.mysql.event.EventHeader;
import java.util.zip.CRC32;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Events that no test can make a server write: what they are is all that is read of them. */
class StoppingEventsTest {
    private static final String MYSQL = "mysql-8.0.31";

    private static void send(BinlogStream stream, byte[] event) {
        stream.onEvent(new UnsafeBuffer(event), event, 0, event.length);
    }

    private static byte[] event(int type, int flags, int bodyLength) {
        byte[] event = new byte[EventHeader.LENGTH + bodyLength + EventChecksum.LENGTH];
        UnsafeBuffer header = new UnsafeBuffer(event);
        header.putByte(4, (byte) type);
        header.putInt(9, event.length);
        header.putInt(13, 4_000);
        header.putShort(17, (short) flags);
        CRC32 crc = new CRC32();
        crc.update(event, 0, event.length - EventChecksum.LENGTH);
        header.putInt(event.length - EventChecksum.LENGTH, (int) crc.getValue());
        return event;
    }

    private static BinlogStream stream() {
        BinlogStream stream = GoldenBinlog.stream(new RecordingSink(MySqlGtids.EMPTY));
        stream.place().rotate("binlog.000007", 4);
        send(stream, GoldenBinlog.load(MYSQL).events().get(0));
        return stream;
    }

    private static void assertStops(int type, String name) {
        try (BinlogStream stream = stream()) {
            MillraceException stopped = assertThrows(MillraceException.class, () -> send(stream, event(type, 0, 40)));
            assertEquals(ErrorCode.EVENT_UNSUPPORTED, stopped.code(), stopped.display());
            assertTrue(stopped.getMessage().contains(name), stopped.getMessage());
            assertTrue(stopped.getMessage().contains("file=binlog.000007, position="), stopped.getMessage());
        }
    }

    @Test
    void shouldStopWithItsNameWhenTheServerLostSomething() {
        assertStops(26, "INCIDENT_EVENT (0x1a)");
    }

    @Test
    void shouldStopWithItsNameWhenEventsAreEncrypted() {
        assertStops(164, "START_ENCRYPTION_EVENT (0xa4)");
    }

    @Test
    void shouldStopWithItsNameWhenRowsComeInFragments() {
        assertStops(172, "PARTIAL_ROW_DATA_EVENT (0xac)");
    }

    @Test
    void shouldStopWithItsNumberWhenTheTypeIsNotKnown() {
        assertStops(200, "unknown (0xc8)");
    }

    @Test
    void shouldPassWhenTheServerSaysThatAnUnknownTypeMayBePassedOver() {
        try (BinlogStream stream = stream()) {
            send(stream, event(200, EventHeader.FLAG_IGNORABLE, 40));
        }
    }
}
