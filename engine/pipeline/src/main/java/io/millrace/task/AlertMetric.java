package io.millrace.task;

import java.util.Locale;

/** What an alert looks at. */
public enum AlertMetric {
    /** Age of the oldest source commit that is not yet at the target. */
    LAG(Unit.TIME, "age of the oldest source commit not yet at the target"),
    /** How long nothing has been heard of the source. */
    HEARTBEAT(Unit.TIME, "how long nothing has been heard of the source"),
    /** How often the task was started again after a failure. */
    FAILOVERS(Unit.COUNT, "times the task was started again after a failure, since the command began"),
    /** Rows that could not be written for their own sake. */
    DIRTY(Unit.COUNT, "dirty rows, since the command began"),
    /** Statements of the source on the task's tables. */
    DDL(Unit.COUNT, "statements of the source on the task's tables, since the command began"),
    /** The change log on disk. */
    LOG_DISK(Unit.SIZE, "bytes of the change log on disk"),
    /** What a PostgreSQL source keeps for the task. */
    SOURCE_RETENTION(Unit.SIZE, "WAL that a PostgreSQL source keeps for the task");

    /** In what a metric's limit is given. */
    public enum Unit {
        /** A time; values are seconds. */
        TIME,
        /** A size; values are bytes. */
        SIZE,
        /** A whole number. */
        COUNT
    }

    private final Unit unit;
    private final String meaning;

    AlertMetric(Unit unit, String meaning) {
        this.unit = unit;
        this.meaning = meaning;
    }

    public Unit unit() {
        return unit;
    }

    public String meaning() {
        return meaning;
    }

    /** As task files and metrics have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
