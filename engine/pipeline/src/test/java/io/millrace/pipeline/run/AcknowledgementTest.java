package io.millrace.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AcknowledgementTest {
    private static SourcePosition at(long lsn) {
        return new PostgresPosition(7, 1, lsn);
    }

    @Test
    void shouldBeTheSlowestLaneWhenTheSourceHoldsLittle() {
        assertEquals(Optional.of(at(100)), Acknowledgement.of(List.of(at(300), at(100), at(200)), at(1_000), 900));
    }

    @Test
    void shouldBeTheDurableLogWhenTheSourceWouldHoldMore() {
        assertEquals(Optional.of(at(1_000)), Acknowledgement.of(List.of(at(300), at(100)), at(1_000), 899));
        assertEquals(Optional.of(at(1_000)), Acknowledgement.of(List.of(at(999)), at(1_000), 0));
        assertEquals(Optional.of(at(100)), Acknowledgement.of(List.of(at(100)), at(1L << 60), Long.MAX_VALUE));
    }

    @Test
    void shouldHoldHalfOfWhatTheSourceKeepsAtTheMost() {
        assertEquals(900, Acknowledgement.holdBytes(900, OptionalLong.empty()));
        assertEquals(500, Acknowledgement.holdBytes(900, OptionalLong.of(1_000)));
        assertEquals(100, Acknowledgement.holdBytes(100, OptionalLong.of(1_000)));
        assertEquals(0, Acknowledgement.holdBytes(900, OptionalLong.of(0)));
        assertEquals(Long.MAX_VALUE, Acknowledgement.holdBytes(Long.MAX_VALUE, OptionalLong.of(1_000)));
    }

    @Test
    void shouldNotBeBeyondTheDurableLogWhenLanesAre() {
        assertEquals(Optional.of(at(1_000)), Acknowledgement.of(List.of(at(2_000)), at(1_000), 10));
    }

    @Test
    void shouldBeNothingWhenTheSourceKeepsNothing() {
        SourcePosition gtids = SourcePosition.parse("gtid:");
        assertEquals(Optional.empty(), Acknowledgement.of(List.of(gtids), gtids, 0));
        assertEquals(Optional.empty(), Acknowledgement.of(List.of(), at(1), 0));
    }
}
