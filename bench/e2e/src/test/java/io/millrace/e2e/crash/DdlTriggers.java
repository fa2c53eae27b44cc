package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.Server;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The event triggers of PostgreSQL that tell of statements, as a person installs them: by the advice of {@code check}. */
final class DdlTriggers {
    private static final Pattern FIX = Pattern.compile(
            "\"subject\"\\s*:\\s*\"ddl\"[^{}]*?\"fix\"\\s*:\\s*\"((?:[^\"\\\\]++|\\\\.)*+)\"", Pattern.DOTALL);
    private static final long PATIENCE_SECONDS = 60;

    private DdlTriggers() {}

    static void install(BankTask task, Server source) throws Exception {
        try (MillraceProcess check = task.check("--json")) {
            check.await(PATIENCE_SECONDS);
            Matcher fix = FIX.matcher(check.output());
            assertTrue(fix.find(), task::output);
            String advice = fix.group(1).translateEscapes();
            source.execute("bank", advice.substring(advice.indexOf("CREATE")));
        }
    }
}
