package io.millrace.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import org.junit.jupiter.api.Test;

class PositionsTest {
    private static final String SERVER = "00000000-0000-0001-0000-000000000002";

    private static boolean covers(String position, String goal) {
        return Positions.covers(SourcePosition.parse(position), SourcePosition.parse(goal));
    }

    @Test
    void shouldCoverWhenEverythingOfTheGoalIsThere() {
        assertTrue(covers("gtid:" + SERVER + ":1-9", "gtid:" + SERVER + ":1-9"));
        assertTrue(covers("gtid:" + SERVER + ":1-9", "gtid:" + SERVER + ":2-5"));
        assertFalse(covers("gtid:" + SERVER + ":1-4:6-9", "gtid:" + SERVER + ":1-9"), "sets have gaps");
        assertTrue(covers("gtid:0-1-9,1-1-3", "gtid:0-1-9"));
        assertFalse(covers("gtid:0-1-9", "gtid:0-1-9,1-1-3"));
        assertTrue(covers("binlog:b.000002:4", "binlog:b.000001:9999"));
        assertFalse(covers("binlog:b.000002:4", "binlog:b.000002:5"));
    }

    @Test
    void shouldKnowTheEmptyPositionOfEveryKindOfServer() {
        assertTrue(covers("gtid:0-1-9", "gtid:"));
        assertFalse(covers("gtid:", "gtid:0-1-9"));
        assertTrue(covers("gtid:", "gtid:"));
    }

    @Test
    void shouldRefuseToCompareWhenThePositionsAreOfDifferentServers() {
        MillraceException refused =
                assertThrows(MillraceException.class, () -> covers("binlog:b.000002:4", "gtid:0-1-9"));
        assertEquals(ErrorCode.SOURCE_IDENTITY, refused.code());
    }

    @Test
    void shouldFindTheSmallerOfTwo() {
        SourcePosition small = SourcePosition.parse("gtid:0-1-3");
        SourcePosition large = SourcePosition.parse("gtid:0-1-9");
        assertSame(small, Positions.smaller(small, large));
        assertSame(small, Positions.smaller(large, small));
    }

    /** Without GTIDs only the end of its first event is known of a transaction while it is open. */
    @Test
    void shouldPlaceAnOpenTransactionByItsFirstEventWhenItHasNoGtid() {
        SourcePosition place = SourcePosition.parse("binlog:b.000003:500");
        assertFalse(Positions.containsFromBegin(place, open(3, 0)), "nothing is proven");
        assertTrue(Positions.containsFromBegin(place, open(2, 0)), "its whole file lies before");
        assertTrue(Positions.containsFromBegin(place, open(3, 400)));
        assertFalse(Positions.containsFromBegin(place, open(3, 579)), "it begins at 500");
        assertFalse(Positions.containsFromBegin(place, open(4, 70)));
    }

    private static TransactionId open(int file, long endOfFirstEvent) {
        TransactionId id = new TransactionId();
        id.fileNumber = file;
        id.endPosition = endOfFirstEvent;
        return id;
    }
}
