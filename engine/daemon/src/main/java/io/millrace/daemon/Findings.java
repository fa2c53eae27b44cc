package io.millrace.daemon;

import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows what was found, the worst first, and says with which code a command ends on it. */
final class Findings {
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
        for (Finding finding : worstFirst(findings)) {
            table.add(severity(finding), finding.code().label(), finding.subject(), finding.message(), finding.fix());
        }
        return table.lines();
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
