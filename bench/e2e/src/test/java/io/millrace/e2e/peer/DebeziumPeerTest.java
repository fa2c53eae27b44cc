package io.millrace.e2e.peer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebeziumPeerTest {
    @Test
    void shouldSayHowToBuildWhenItIsNotBuilt(@TempDir Path module) {
        assertFalse(DebeziumPeer.isBuilt(module));
        IllegalStateException failure =
                assertThrows(IllegalStateException.class, () -> new DebeziumPeer(module, List.of(), Map.of()));
        assertTrue(failure.getMessage().contains("./mvnw -f bench/peers"), failure.getMessage());
    }
}
