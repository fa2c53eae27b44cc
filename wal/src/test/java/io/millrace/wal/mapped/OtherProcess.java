package io.millrace.wal.mapped;

import io.millrace.error.MillraceException;
import io.millrace.position.MySqlGtids;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens a log in a process of its own, says so or why not, and holds it until it is killed where it is asked to. */
public final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] arguments) throws IOException {
        LogSettings settings = new LogSettings(
                Path.of(arguments[0]), 1L << 30, 1 << 20, MySqlGtids.EMPTY, Optional.empty(), "shop_to_dw");
        try (ChangeLog log = ChangeLogs.open(settings)) {
            System.out.println(log.durableIndex() >= log.firstIndex() ? "open" : "closed");
            if (arguments.length > 1) {
                System.in.read();
            }
        } catch (MillraceException e) {
            System.out.println(e.display());
        }
    }
}
