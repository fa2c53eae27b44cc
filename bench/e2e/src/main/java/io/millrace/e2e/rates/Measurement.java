package io.millrace.e2e.rates;

import io.millrace.e2e.session.ProcessSample;
import io.millrace.e2e.session.ThreadTimes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one run took.
 *
 * @param seconds from the first read to the last commit
 * @param changesPerSecond by it
 * @param process the contender's
 * @param threads the contender's, where they are known
 */
public record Measurement(double seconds, double changesPerSecond, ProcessSample process, ThreadTimes threads) {
    Measurement(double seconds, double changesPerSecond, ProcessSample process) {
        this(seconds, changesPerSecond, process, new ThreadTimes());
    }

    /** Reads the line that a peer prints. */
    static Measurement parse(String json) {
        return new Measurement(
                number(json, "seconds"),
                number(json, "changes_per_s"),
                new ProcessSample((long) number(json, "vm_hwm_kib"), (long) number(json, "rss_anon_kib"), 0));
    }

    /** A number of a flat JSON object. */
    static double number(String json, String key) {
        Matcher matcher =
                Pattern.compile("\"" + key + "\"\\s*:\\s*([0-9][0-9.eE+-]*)").matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("no such number: key=" + key + ", json=" + json);
        }
        return Double.parseDouble(matcher.group(1));
    }
}
