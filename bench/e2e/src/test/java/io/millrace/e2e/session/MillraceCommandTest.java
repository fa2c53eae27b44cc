package io.millrace.e2e.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class MillraceCommandTest {
    /** Else what is measured is not what is run. */
    @Test
    void shouldStartTheJvmAsTheLauncherDoes() throws IOException {
        String launcher = Files.readString(CheckoutFile.find("engine/bin/millrace"));
        for (String option : MillraceCommand.JVM) {
            assertTrue(launcher.contains(option), "option=" + option);
        }
    }
}
