package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class GoldenBinlogTest {
    @ParameterizedTest
    @FieldSource("io.millrace.reader.mysql.GoldenBinlog#NAMES")
    void shouldMakeTheSameRowsWhenDecodedAgain(String name) {
        assertEquals(GoldenBinlog.text(name + ".rows"), GoldenBinlog.load(name).rows());
    }

    @ParameterizedTest
    @FieldSource("io.millrace.reader.mysql.GoldenBinlog#NAMES")
    void shouldDumpEveryEventWhenAskedAgain(String name) {
        String dump = GoldenBinlog.load(name).dump();
        assertEquals(GoldenBinlog.text(name + ".dump"), dump);
        assertFalse(dump.contains("unknown"), dump);
        assertTrue(dump.contains("TABLE_MAP_EVENT"), dump);
        assertFalse(dump.contains("uno"), "a dump shows no values");
    }
}
