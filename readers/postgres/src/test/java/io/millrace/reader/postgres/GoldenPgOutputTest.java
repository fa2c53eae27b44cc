package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenPgOutputTest {
    private static final Set<String> KINDS = Set.of(
            "Begin",
            "Commit",
            "Origin",
            "Relation",
            "Type",
            "Insert",
            "Update",
            "Delete",
            "Truncate",
            "Message",
            "StreamStart",
            "StreamStop",
            "StreamCommit",
            "StreamAbort",
            "BeginPrepare",
            "Prepare",
            "CommitPrepared",
            "RollbackPrepared",
            "StreamPrepare");

    static List<String> names() {
        return GoldenPgOutput.NAMES;
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldMakeTheSameRowsWhenDecodedAgain(String name) {
        assertEquals(
                GoldenPgOutput.text(name + ".rows"), GoldenPgOutput.load(name).rows());
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldDumpEveryMessageWhenAskedAgain(String name) {
        String dump = GoldenPgOutput.load(name).dump();
        assertEquals(GoldenPgOutput.text(name + ".dump"), dump);
        assertFalse(dump.contains("!"), dump);
        assertFalse(dump.contains("changed"), "a dump shows no values");
    }

    /** So that none is decoded that was never seen. */
    @Test
    void shouldHoldEveryKindOfMessageOfBothVersions() {
        for (String version : List.of("postgres-15-", "postgres-18-")) {
            Set<String> kinds = new TreeSet<>();
            GoldenPgOutput.NAMES.stream()
                    .filter(name -> name.startsWith(version))
                    .forEach(name -> kinds.addAll(GoldenPgOutput.load(name).kinds()));
            assertEquals(new TreeSet<>(KINDS), kinds);
        }
    }

    @Test
    void shouldStayWithinReach() {
        for (String name : GoldenPgOutput.NAMES) {
            assertTrue(GoldenPgOutput.load(name).bytes().length < 64 * 1024, name);
        }
    }
}
