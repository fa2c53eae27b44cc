package io.millrace.error;

import static io.millrace.error.ErrorKind.DATA;
import static io.millrace.error.ErrorKind.INTERNAL;
import static io.millrace.error.ErrorKind.LOG;
import static io.millrace.error.ErrorKind.RESOURCE;
import static io.millrace.error.ErrorKind.SOURCE;
import static io.millrace.error.ErrorKind.TARGET;
import static io.millrace.error.ErrorKind.USER;

/**
 * Every error that a person can see. The number is stable: {@code MR1xxx} files and usage, {@code MR2xxx} source,
 * {@code MR3xxx} target, {@code MR4xxx} change log and resources, {@code MR5xxx} data, {@code MR9xxx} bugs.
 */
public enum ErrorCode {
    // Files and usage.
    USAGE(1001, USER, Retry.NEVER, "see millrace help for the command's arguments"),
    TASK_FILE_UNREADABLE(1002, USER, Retry.OPERATOR, "check the path and the file's permissions"),
    YAML_SYNTAX(1003, USER, Retry.OPERATOR, "quote ${…}, *…, regular expressions and SQL with single quotes"),
    UNKNOWN_KEY(1004, USER, Retry.OPERATOR, "see the reference for the keys of a task file"),
    INVALID_VALUE(1005, USER, Retry.OPERATOR, "see the reference for the key's values and units"),
    NOT_SUPPORTED_YET(1006, USER, Retry.OPERATOR, "leave it out: it is not built yet, and would otherwise be ignored"),
    UNKNOWN_DATASOURCE(1007, USER, Retry.OPERATOR, "name it in datasources.yaml, or pass --datasources FILE"),
    TABLE_WITHOUT_KEY(
            1008,
            USER,
            Retry.OPERATOR,
            "add a primary key, declare key: […] for it, exclude it, or set on_no_key: skip"),
    TABLE_REFUSED(1009, USER, Retry.OPERATOR, "exclude the table, or remove what is named"),
    NO_TABLE_SELECTED(1010, USER, Retry.OPERATOR, "check the patterns under tables: against the source's names"),
    TABLES_COLLIDE(1011, USER, Retry.OPERATOR, "give one of them another name by mapping, or exclude it"),
    LITERAL_SECRET(1012, USER, Retry.OPERATOR, "write '${env:NAME}' or '${file:/path}' instead"),
    SECRET_UNREADABLE(
            1013, USER, Retry.OPERATOR, "set the environment variable, or check the file and its permissions"),

    // The source.
    SOURCE_UNREACHABLE(2001, SOURCE, Retry.BACKOFF, "check host, port and firewall, and that the server runs"),
    SOURCE_LOGIN_REFUSED(2002, SOURCE, Retry.AWHILE, "check user and password in datasources.yaml"),
    SOURCE_PRIVILEGE(2003, SOURCE, Retry.AWHILE, "grant the privilege that is named"),
    SOURCE_SETTING(2004, SOURCE, Retry.OPERATOR, "change the server's setting that is named"),
    SOURCE_POSITION_PURGED(
            2005, SOURCE, Retry.OPERATOR, "load the tables again; keep binary logs for longer than the longest pause"),
    SOURCE_IDENTITY(
            2006,
            SOURCE,
            Retry.OPERATOR,
            "point the data source at the original server, or start anew with an empty data directory and target"),
    SOURCE_SERVER_ID_TAKEN(2007, SOURCE, Retry.OPERATOR, "give each reader of this server a server_id of its own"),
    SOURCE_CONNECTION_LOST(2008, SOURCE, Retry.BACKOFF, "nothing to do: the reader connects again"),
    SOURCE_PROTOCOL(2009, SOURCE, Retry.BACKOFF, "if it repeats, look for a proxy or a network that damages packets"),
    SOURCE_TLS(2010, SOURCE, Retry.OPERATOR, "check tls: in datasources.yaml and the server's certificate"),
    SOURCE_BUSY(2011, SOURCE, Retry.BACKOFF, "nothing to do: it is tried again"),
    SOURCE_SLOT(
            2012,
            SOURCE,
            Retry.OPERATOR,
            "what the slot no longer holds is lost: remove the task's checkpoint and slot, and load the tables again"),

    // The target.
    TARGET_UNREACHABLE(3001, TARGET, Retry.BACKOFF, "check host, port and firewall, and that the server runs"),
    TARGET_LOGIN_REFUSED(3002, TARGET, Retry.AWHILE, "check user and password in datasources.yaml"),
    TARGET_PRIVILEGE(3003, TARGET, Retry.AWHILE, "grant the privilege that is named"),
    TARGET_CONNECTION_LOST(
            3004, TARGET, Retry.BACKOFF, "nothing to do: the lane connects again and asks its checkpoint"),
    TARGET_FENCED(
            3005,
            TARGET,
            Retry.NEVER,
            "another process took over this task; run only one, or give the tasks different names"),
    TARGET_ROWS_EXIST(
            3006,
            USER,
            Retry.OPERATOR,
            "empty the table, choose another target name, or set target.existing_rows: keep or truncate"),
    TARGET_TABLE_MISMATCH(3007, USER, Retry.OPERATOR, "alter the target table, or let the task create it"),
    TARGET_TABLE_MISSING(3008, USER, Retry.OPERATOR, "create it, or add structure to steps"),
    TARGET_TLS(3009, TARGET, Retry.OPERATOR, "check tls: in datasources.yaml and the server's certificate"),
    TARGET_BUSY(3010, TARGET, Retry.BACKOFF, "nothing to do: the batch is tried again"),
    TARGET_FAILED(
            3011,
            TARGET,
            Retry.RESTART,
            "read the server's message; the task goes on from its checkpoint when started again"),

    TARGET_FILE(
            3012, TARGET, Retry.BACKOFF, "free space, or give the directory to this user; writing goes on by itself"),
    TARGET_FILES_DIFFER(
            3013,
            TARGET,
            Retry.OPERATOR,
            "put the files back as they were, or remove the task's checkpoint and its files, and begin anew"),

    // The change log and resources.
    DATA_DIRECTORY_LOCKED(
            4001, LOG, Retry.OPERATOR, "stop the other process, or give this task a data directory of its own"),
    DATA_DIRECTORY_UNUSABLE(
            4002, LOG, Retry.OPERATOR, "check that the directory exists, is writable and belongs to this user"),
    LOG_DAMAGED(
            4003, LOG, Retry.OPERATOR, "move the data directory aside; the task resumes from the target's checkpoint"),
    LOG_FOREIGN(4004, LOG, Retry.OPERATOR, "use the data directory that belongs to this task"),
    LOG_DISK_FULL(4005, RESOURCE, Retry.BACKOFF, "free space or raise resources.log_disk; reading goes on by itself"),
    LOG_SYNC_FAILED(4006, LOG, Retry.RESTART, "check the disk; what was not synced is read again from the source"),
    TRANSACTION_TOO_LARGE(4007, RESOURCE, Retry.OPERATOR, "give the data directory a larger file system"),
    JVM_FLAG_MISSING(4008, RESOURCE, Retry.OPERATOR, "start the JVM with the flags in engine/bin/millrace.jvmflags"),
    MEMORY(4009, RESOURCE, Retry.OPERATOR, "raise resources.memory or the JVM's heap"),
    DIRTY_STORE_FULL(4010, RESOURCE, Retry.OPERATOR, "millrace dirty export, replay or discard the stored rows"),
    DIRTY_STORE_DAMAGED(
            4011, LOG, Retry.OPERATOR, "move the file aside, and load the tables anew that have dirty rows in it"),

    // Data.
    EVENT_UNSUPPORTED(5001, DATA, Retry.OPERATOR, "exclude the table, or wait for a version that carries this event"),
    EVENT_UNDECODABLE(
            5002,
            DATA,
            Retry.OPERATOR,
            "report it with the output of millrace dump binlog or pgoutput at this position"),
    DDL_ON_SELECTED_TABLE(
            5003,
            DATA,
            Retry.OPERATOR,
            "exclude the table; or apply it to the target by hand, and pass it with run --skip"),
    STATEMENT_CHANGES_ROWS(5004, DATA, Retry.OPERATOR, "set binlog_format=ROW for every session of the source"),
    SCHEMA_MISMATCH(
            5005,
            DATA,
            Retry.OPERATOR,
            "load the table anew; so that columns are told for certain: binlog_row_metadata=FULL at MySQL, check's event triggers at PostgreSQL"),
    DIRTY_LIMIT(5006, DATA, Retry.OPERATOR, "look at the row at the source, or raise dirty.limit"),
    CONFLICT(
            5009,
            DATA,
            Retry.OPERATOR,
            "make the target's row what the source's was before, load the table anew, or set conflicts: repair"),
    NOT_EQUAL(5007, DATA, Retry.OPERATOR, "see the differences above; reload the tables that are named"),
    ROW_TOO_LARGE(5008, DATA, Retry.OPERATOR, "exclude the column or the table, or raise the limit that is named"),
    PARTIAL_IMAGE(
            5021,
            DATA,
            Retry.OPERATOR,
            "let the source send whole rows (binlog_row_image=FULL in every session, REPLICA IDENTITY FULL); load the"
                    + " table anew"),
    PARTIAL_JSON(
            5022,
            DATA,
            Retry.OPERATOR,
            "set binlog_row_image=FULL, or binlog_row_value_options='', for every session, and load the table anew"),

    EXPRESSION_FAILED(
            5031,
            DATA,
            Retry.OPERATOR,
            "look at the row at the source, and write the expression so that it has a value for it, too; or pass the transaction with run --skip"),

    KEYS_RESTED(
            5012,
            DATA,
            Retry.OPERATOR,
            "drop the foreign key at the target, and set foreign_key_actions: apply, which leaves such children alone"),

    // Ended before the goal.
    ENDED_EARLY(6001, USER, Retry.OPERATOR, "start the command again; it goes on from its checkpoint"),

    // Bugs.
    INVARIANT(9001, INTERNAL, Retry.NEVER, "this is a bug of Millrace: please report the message and the log"),
    COUNTS_DO_NOT_CONSERVE(
            9002, INTERNAL, Retry.NEVER, "this is a bug of Millrace: please report the message and the log");

    private final int number;
    private final ErrorKind kind;
    private final Retry retry;
    private final String advice;

    ErrorCode(int number, ErrorKind kind, Retry retry, String advice) {
        this.number = number;
        this.kind = kind;
        this.retry = retry;
        this.advice = advice;
    }

    /** The stable number, without its prefix. */
    public int number() {
        return number;
    }

    /** As printed: {@code MR2001}. */
    public String label() {
        return "MR" + number;
    }

    public ErrorKind kind() {
        return kind;
    }

    public Retry retry() {
        return retry;
    }

    /** One line that a person can act on. */
    public String advice() {
        return advice;
    }

    /** The process exit code: the kind's, but 6 where a run ended before its goal. */
    public int exitCode() {
        return this == ENDED_EARLY ? 6 : kind.exitCode();
    }
}
