package io.millrace.writer;

import io.millrace.ddl.DdlEvent;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;

/**
 * A statement of the source at which all lanes stood, as the target keeps it. Immutable.
 *
 * @param ordinal counts the task's statements from 1
 * @param place where the source's log has it, for people
 * @param verb its first words
 * @param tables the source's names, for people
 * @param policy what the task says of such statements
 * @param at where the lanes stood
 * @param event the statement as the change log has it; its text may hold literals: for this record alone, never for a log
 * @param outlines of the target's tables before it, in the engine's own form
 */
public record DdlRecord(
        long ordinal,
        String place,
        String verb,
        String tables,
        String policy,
        Outcome outcome,
        At at,
        DdlEvent event,
        String outlines) {
    /** How far it is. */
    public enum Outcome {
        /** It may have run at the target, or not. */
        INTENT,
        APPLIED,
        IGNORED,
        ALERTED,
        SKIPPED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Outcome parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * Where lanes stand before a statement.
     *
     * @param number counts the statements that the log has from that index on, this one included
     */
    public record At(UUID logId, long logIndex, String position, long rowsIntoTransaction, int number) {}

    public DdlRecord {
        Objects.requireNonNull(outcome, "outcome");
    }

    public DdlRecord ended(Outcome as) {
        return new DdlRecord(ordinal, place, verb, tables, policy, as, at, event, outlines);
    }
}
