package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenBinlogTest {
    @ParameterizedTest
    @ValueSource(strings = {"mysql-8.0.31", "mariadb-11.4.5", "mysql-8.0.31-images", "mariadb-11.4.5-images"})
    void shouldMakeTheSameRowsWhenDecodedAgain(String name) {
        assertEquals(GoldenBinlog.text(name + ".rows"), GoldenBinlog.load(name).rows());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql-8.0.31", "mariadb-11.4.5", "mysql-8.0.31-images", "mariadb-11.4.5-images"})
    void shouldDumpEveryEventWhenAskedAgain(String name) {
        String dump = GoldenBinlog.load(name).dump();
        assertEquals(GoldenBinlog.text(name + ".dump"), dump);
        assertFalse(dump.contains("unknown"), dump);
        assertTrue(dump.contains("TABLE_MAP_EVENT"), dump);
        assertFalse(dump.contains("uno"), "a dump shows no values");
    }
}
