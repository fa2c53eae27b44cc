package io.millrace.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class ServersTest {
    private final ServerUnavailable reason = new ServerUnavailable("no such platform");

    @Test
    void shouldSkipWithTheReasonWhenAServerCannotRun() {
        TestAbortedException skipped =
                assertThrows(TestAbortedException.class, () -> Servers.orSkip(this::unavailable, false));
        assertEquals("no such platform", skipped.getMessage());
    }

    @Test
    void shouldFailWhenServersAreRequired() {
        assertSame(reason, assertThrows(ServerUnavailable.class, () -> Servers.orSkip(this::unavailable, true)));
    }

    private Object unavailable() {
        throw reason;
    }
}
