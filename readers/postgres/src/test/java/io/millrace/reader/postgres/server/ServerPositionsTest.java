package io.millrace.reader.postgres.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.position.PostgresPosition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerPositionsTest {
    private static final long SEGMENT = 16 << 20;

    /** The last: a record of which 16 bytes stand on the page, as a server had it behind a new slot. */
    @ParameterizedTest
    @CsvSource({
        "0/4982018, 0/4982000",
        "0/5000028, 0/5000000",
        "0/4982100, 0/4982100",
        "0/4982000, 0/4982000",
        "0/5000018, 0/5000000",
        "FFFFFFFF/FF000028, FFFFFFFF/FF000000",
        "0/4982028, 0/4982028"
    })
    void shouldSayWhereTheLastRecordEndedWhenTheNextStandsBehindAHeader(String next, String end) {
        assertEquals(
                end, PostgresPosition.lsnText(ServerPositions.endOfLast(PostgresPosition.parseLsn(next), SEGMENT)));
    }
}
