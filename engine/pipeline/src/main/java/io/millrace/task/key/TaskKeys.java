package io.millrace.task.key;

import static io.millrace.task.yaml.KeyType.DURATION;
import static io.millrace.task.yaml.KeyType.INTEGER;
import static io.millrace.task.yaml.KeyType.NAME_OR_SECTION;
import static io.millrace.task.yaml.KeyType.TEXT;
import static io.millrace.task.yaml.KeyType.TEXTS;

import io.millrace.task.yaml.Key;
import java.util.List;
import java.util.stream.Stream;

/** Every key of a task file, those to come included. */
public final class TaskKeys {
    private TaskKeys() {}

    /** In the order in which the reference lists them: each section's keys are behind it. */
    public static List<Key> all() {
        return Stream.of(
                        ends(),
                        TableKeys.all(),
                        MappingKeys.all(),
                        TransformKeys.all(),
                        ChangeKeys.all(),
                        RunKeys.all())
                .flatMap(List::stream)
                .toList();
    }

    /** The task's name, its two ends and its steps. */
    private static List<Key> ends() {
        return List.of(
                Key.required("name", TEXT, "1 to 128 letters of any script, digits, _ and . ; not dots alone"),
                Key.optional("description", TEXT, "", "for people"),
                Key.required("source", NAME_OR_SECTION, "the data source to read from"),
                Key.required("source.datasource", TEXT, "its name in datasources.yaml"),
                Key.optional(
                        "source.server_id",
                        INTEGER,
                        "derived from the name, above 2^31",
                        "the id under which the reader registers; unique among the server's readers"),
                Key.optional(
                        "source.heartbeat",
                        DURATION,
                        "10s",
                        "how often an idle source says that it lives; three missed ones end the connection"),
                Key.optional(
                        "source.slot",
                        TEXT,
                        "millrace_<name>",
                        "the replication slot of a PostgreSQL source: 1 to 63 of a to z, 0 to 9 and _"),
                Key.optional(
                        "source.publication",
                        TEXT,
                        "millrace_<name>",
                        "the publication of a PostgreSQL source; it holds this task's tables and no others"),
                Key.choice(
                        "source.two_phase",
                        "false",
                        "whether a PostgreSQL source sends what is prepared at its PREPARE TRANSACTION, so that its COMMIT"
                                + " PREPARED is short; otherwise all of it comes with that",
                        "false",
                        "true"),
                Key.required("target", NAME_OR_SECTION, "the data source to write to"),
                Key.required("target.datasource", TEXT, "its name in datasources.yaml"),
                Key.choice(
                        "target.existing_rows",
                        "error",
                        "rows that stood in a target table before this task's load: keep leaves them and writes over those"
                                + " whose key the source has; truncate removes them once, before the table's load; not keep"
                                + " where source tables share a target",
                        "error",
                        "keep",
                        "truncate"),
                Key.choice(
                        "target.write_mode",
                        "mirror",
                        "how a change becomes rows; append: [every change is a row](#every-change-a-row)",
                        "mirror",
                        "append"),
                Key.optional(
                        "target.control_schema", TEXT, "millrace", "schema of the checkpoints and the load ledger"),
                Key.choice(
                        "target.session",
                        "plain",
                        "replica: triggers and foreign keys of the target rest; PostgreSQL only, where it takes a superuser,"
                                + " or GRANT SET ON PARAMETER session_replication_role",
                        "plain",
                        "replica"),
                Key.optional(
                        "steps",
                        TEXTS,
                        "[structure, full, incremental]",
                        "any non-empty subset of structure, full, incremental, in this order"),
                Key.optional(
                        "start",
                        TEXT,
                        "",
                        "where to begin; required with incremental and without full, an error otherwise:"
                                + " now, earliest, time:TIME, gtid:SET, binlog:FILE:POS or lsn:HIGH/LOW"));
    }
}
