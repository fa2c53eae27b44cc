package io.millrace.daemon;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Only says where the demo is: its servers are no part of this program, so the script of a checkout starts it. */
@Command(
        name = "demo",
        description =
                "Starts real servers, replicates under load, compares every row. From a checkout: engine/bin/millrace demo")
final class DemoCommand implements Callable<Integer> {
    @Unmatched
    private List<String> ignored;

    @Override
    public Integer call() {
        throw new MillraceException(
                ErrorCode.USAGE,
                "the demo brings servers of its own and runs from a checkout: start=engine/bin/millrace demo");
    }
}
