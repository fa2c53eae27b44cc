package io.millrace.task;

import io.millrace.position.SourcePosition;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Objects;

/** Where a task without a position begins, if it loads nothing. Never read again once the task has a position. */
public sealed interface StartPosition {
    /** Behind everything committed at the first start. */
    record Now() implements StartPosition {
        @Override
        public String text() {
            return "now";
        }
    }

    /** The oldest place that the source still holds. */
    record Earliest() implements StartPosition {
        @Override
        public String text() {
            return "earliest";
        }
    }

    /** A place that is named. */
    record At(SourcePosition position) implements StartPosition {
        public At {
            Objects.requireNonNull(position, "position");
        }

        @Override
        public String text() {
            return position.text();
        }
    }

    /** Before the first transaction that was committed at a time or later, by the source's clock. */
    record AtTime(Instant time) implements StartPosition {
        public AtTime {
            Objects.requireNonNull(time, "time");
        }

        @Override
        public String text() {
            return "time:" + time;
        }
    }

    /** The form that {@link #parse} reads. */
    String text();

    /**
     * Reads {@code now}, {@code earliest}, {@code time:TIME}, {@code gtid:SET}, {@code binlog:FILE:POS} or {@code lsn:HIGH/LOW}. A
     * time has a zone: {@code 2026-11-25T10:00:00Z}, {@code 2026-11-25T18:00:00.5+08:00}.
     *
     * @throws IllegalArgumentException where it is none; its message names what was expected
     */
    static StartPosition parse(String text) {
        return switch (text) {
            case "now" -> new Now();
            case "earliest" -> new Earliest();
            default -> at(text);
        };
    }

    private static StartPosition at(String text) {
        if (text.startsWith("time:")) {
            try {
                return new AtTime(
                        OffsetDateTime.parse(text.substring("time:".length())).toInstant());
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                        "not a time with a zone: expected=time:2026-11-25T10:00:00Z or time:2026-11-25T18:00:00+08:00",
                        e);
            }
        }
        if (!text.startsWith("gtid:") && !text.startsWith("binlog:") && !text.startsWith("lsn:")) {
            throw new IllegalArgumentException(
                    "not a start position: expected=now, earliest, time:TIME, gtid:SET, binlog:FILE:POS or lsn:HIGH/LOW");
        }
        return new At(SourcePosition.parse(text));
    }
}
