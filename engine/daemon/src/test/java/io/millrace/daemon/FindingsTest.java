package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static Finding finding(Severity severity, String subject, String fix) {
        return new Finding(severity, ErrorCode.SOURCE_SETTING, subject, "is not so", fix);
    }

    @Test
    void shouldShowTheWorstFirstAndShortFixesBesideThem() {
        assertEquals(
                List.of(
                        "severity  code    subject  what       fix",
                        "error     MR2004  b        is not so  set it",
                        "info      MR2004  a        is not so  leave it"),
                Findings.lines(
                        List.of(finding(Severity.INFO, "a", "leave it"), finding(Severity.ERROR, "b", "set it"))));
    }

    @Test
    void shouldShowLongFixesBeneathTheTable() {
        String statement = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT " + "1 + ".repeat(60) + "1'";
        assertEquals(
                List.of(
                        "severity  code    subject  what       fix",
                        "warning   MR2004  b        is not so  set it",
                        "info      MR2004  ddl      is not so  see below",
                        "",
                        "fix for ddl, MR2004:",
                        statement,
                        ""),
                Findings.lines(
                        List.of(finding(Severity.INFO, "ddl", statement), finding(Severity.WARNING, "b", "set it"))));
    }
}
