package io.millrace.reader.mysql.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.position.BinlogPosition;
import io.millrace.position.TransactionId;
import org.junit.jupiter.api.Test;

/**
 * EXACTNESS 10: events carry the low 32 bits of their place. A file of more than 4 GiB cannot be made where this runs, so the places
 * are made up.
 */
class EventPlaceTest {
    private static final int LENGTH = 1_000_000_000;

    @Test
    void shouldCountOnWhenTheThirtyTwoBitsWrap() {
        EventPlace place = new EventPlace();
        place.rotate("binlog.000007", 4);
        BinlogPosition position = BinlogPosition.of("binlog.000007", 4);
        long end = 4;
        for (int i = 0; i < 13; i++) {
            end += LENGTH;
            place.advance(EventType.XID_EVENT.code(), (int) end, LENGTH);
            assertEquals(end, place.end());
            assertEquals(end - LENGTH, place.start());
            // An event that is in no file moves nothing.
            place.advance(EventType.HEARTBEAT_LOG_EVENT.code(), 0, 40);
            assertEquals(end, place.end());
            TransactionId id = new TransactionId();
            id.fileNumber = place.fileNumber();
            id.endPosition = place.end();
            assertEquals(false, position.contains(id));
            position = position.plus(id);
            assertEquals(true, position.contains(id));
        }
        assertEquals("binlog:binlog.000007:13000000004", position.text());
        place.rotate("binlog.000008", 4);
        place.advance(EventType.XID_EVENT.code(), 1000, 996);
        assertEquals(1000, place.end());
    }
}
