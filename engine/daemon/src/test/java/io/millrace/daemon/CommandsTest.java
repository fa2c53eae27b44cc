package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A command that stands first is looked at by itself, and is the same as among all. */
class CommandsTest {
    private static CommandLine line(String... arguments) {
        return Millrace.commandLine(
                new Millrace(new Context(null, Map.of(), Path.of("/"))), Millrace.needed(arguments));
    }

    @Test
    void shouldDescribeACommandAlikeWhenItIsLookedAtByItself() {
        Map<String, CommandLine> all = line().getSubcommands();
        all.forEach((name, command) -> {
            String itsOwn = command.getCommandSpec().name();
            assertTrue(
                    itsOwn.equals(name)
                            || command.getCommandSpec().usageMessage().hidden(),
                    itsOwn);
            Map<String, CommandLine> some = line(name, "--json").getSubcommands();
            if (!name.equals("help")) {
                assertEquals(List.of(name), List.copyOf(some.keySet()));
            }
            assertEquals(command.getUsageMessage(), some.get(name).getUsageMessage());
        });
    }

    @Test
    void shouldLookAtAllWhenNoneStandsFirst() {
        assertNotEquals(1, Millrace.needed().size());
        assertEquals(Millrace.needed(), Millrace.needed("--json", "check", "task.yaml"));
        assertEquals(Millrace.needed(), Millrace.needed("chekc", "task.yaml"));
        assertEquals(Millrace.needed(), Millrace.needed("help", "check"));
    }
}
