package io.millrace.task;

import io.millrace.position.SourcePosition;
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

    /** The form that {@link #parse} reads. */
    String text();

    /**
     * Reads {@code now}, {@code earliest}, {@code gtid:SET}, {@code binlog:FILE:POS} or {@code lsn:HIGH/LOW}.
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
        if (!text.startsWith("gtid:") && !text.startsWith("binlog:") && !text.startsWith("lsn:")) {
            throw new IllegalArgumentException(
                    "not a start position: expected=now, earliest, gtid:SET, binlog:FILE:POS or lsn:HIGH/LOW");
        }
        return new At(SourcePosition.parse(text));
    }
}
