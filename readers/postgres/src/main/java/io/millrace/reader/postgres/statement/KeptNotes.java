package io.millrace.reader.postgres.statement;

import java.util.Map;

/** What a reader knows of the catalog and keeps in the log, so that a process that begins later knows it too. */
public interface KeptNotes {
    /** With what the names of all its notes begin. */
    String prefix();

    /** Reads one of its notes. */
    void restore(String note, String text);

    /** All that it knows. */
    Map<String, String> notes();
}
