package io.millrace.daemon;

import io.millrace.daemon.text.Json;
import io.millrace.daemon.text.TextTable;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows what was found, the worst first, and says with which code a command ends on it. */
final class Findings {
    /** Of a fix beside what it mends; longer ones, which are statements to copy, stand by themselves beneath. */
    private static final int LONGEST_BESIDE = 200;

    private Findings() {}

    static List<Finding> worstFirst(List<Finding> findings) {
        return findings.stream()
                .distinct()
                .sorted(Comparator.comparing(Finding::severity)
                        .reversed()
                        .thenComparing(finding -> finding.code().number())
                        .thenComparing(Finding::subject))
                .toList();
    }

    /** 0 where nothing is worse than a warning, otherwise the highest exit code of the errors. */
    static int exitCode(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .mapToInt(finding -> finding.code().exitCode())
                .max()
                .orElse(0);
    }

    static List<String> lines(List<Finding> findings) {
        TextTable table = new TextTable("severity", "code", "subject", "what", "fix");
        List<String> beneath = new ArrayList<>();
        for (Finding finding : worstFirst(findings)) {
            String fix = finding.fix();
            if (fix.length() > LONGEST_BESIDE) {
                fix = "see below";
                beneath.add("");
                beneath.add(
                        "fix for " + finding.subject() + ", " + finding.code().label() + ":");
                beneath.add(finding.fix());
            }
            table.add(severity(finding), finding.code().label(), finding.subject(), finding.message(), fix);
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.addAll(beneath);
        if (!beneath.isEmpty()) {
            lines.add("");
        }
        return lines;
    }

    static List<Map<String, Object>> json(List<Finding> findings) {
        return worstFirst(findings).stream().map(Findings::json).toList();
    }

    private static Map<String, Object> json(Finding finding) {
        Map<String, Object> json = Json.object();
        json.put("severity", severity(finding));
        json.put("code", finding.code().label());
        json.put("subject", finding.subject());
        json.put("message", finding.message());
        json.put("fix", finding.fix());
        return json;
    }

    private static String severity(Finding finding) {
        return finding.severity().name().toLowerCase(Locale.ROOT);
    }
}
