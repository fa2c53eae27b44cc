package io.millrace.pipeline.statement;

import io.millrace.ddl.DdlEvent;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the source's log has a statement, as a person names it: {@code binlog:FILE:POS}, {@code lsn:…}. */
public final class StatementPlace {
    private static final Pattern BINLOG = Pattern.compile("file=(.+?), position=([0-9]+)(, inflatedOffset=([0-9]+))?");
    private static final Pattern LSN = Pattern.compile("lsn=(.+)");

    private StatementPlace() {}

    public static String of(DdlEvent event) {
        Matcher binlog = BINLOG.matcher(event.place());
        if (binlog.matches()) {
            String within = binlog.group(4) == null ? "" : ":" + binlog.group(4);
            return "binlog:" + binlog.group(1) + ":" + binlog.group(2) + within;
        }
        Matcher lsn = LSN.matcher(event.place());
        return lsn.matches() ? "lsn:" + lsn.group(1) : event.place();
    }
}
