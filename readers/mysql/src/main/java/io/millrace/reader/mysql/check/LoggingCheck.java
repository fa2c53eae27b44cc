package io.millrace.reader.mysql.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Findings;
import io.millrace.reader.mysql.sql.ServerVariables;
import java.time.Duration;
import java.util.Locale;

/** Whether the server's binlog says all that a reader needs, in a form that it reads, and for long enough. */
final class LoggingCheck {
    private static final Duration SHORT_RETENTION = Duration.ofDays(1);
    private static final long SECONDS_OF_DAY = 86_400;

    private final ServerVariables variables;
    private final Findings findings;

    LoggingCheck(ServerVariables variables, Findings findings) {
        this.variables = variables;
        this.findings = findings;
    }

    void check() {
        if (!variables.writesBinlog()) {
            findings.error(
                    ErrorCode.SOURCE_SETTING,
                    "log_bin",
                    "server writes no binlog: log_bin=OFF",
                    "start the server with --log-bin, and with server_id set");
            return;
        }
        require("binlog_format", "ROW", "changes made by statements carry no rows");
        checkImage();
        requireOff("encrypt_binlog", "MariaDB's encrypted binlogs are not supported yet");
        requireEmpty("binlog_storage_engine", "binlogs inside InnoDB are not supported yet");
        if (variables.number("server_id", 1) == 0) {
            findings.error(
                    ErrorCode.SOURCE_SETTING,
                    "server_id",
                    "server refuses readers: server_id=0",
                    "SET GLOBAL server_id = 1 -- any number that no other server of this replication has");
        }
        checkMetadata();
        checkGtids();
        checkRetention();
        checkDurability();
        checkChecksum();
    }

    private void checkImage() {
        String image = variables.find("binlog_row_image").orElse("FULL");
        boolean isFull = image.equalsIgnoreCase("FULL");
        boolean holdsBefore = !image.equalsIgnoreCase("MINIMAL"); // JSON is no blob to NOBLOB
        if (!isFull) {
            findings.warning(
                    ErrorCode.SOURCE_SETTING,
                    "binlog_row_image",
                    "rows come without all columns; what needs a whole row stops the task: binlog_row_image=" + image,
                    "SET GLOBAL binlog_row_image = 'FULL', in the configuration too");
        }
        String options = variables.value("binlog_row_value_options");
        if (!options.isEmpty() && !holdsBefore) {
            findings.error(
                    ErrorCode.SOURCE_SETTING,
                    "binlog_row_value_options",
                    "changes of JSON come without the value that they change: binlog_row_value_options=" + options
                            + ", binlog_row_image=" + image,
                    "SET GLOBAL binlog_row_value_options = '', in the configuration too");
        }
    }

    private void require(String name, String value, String reason) {
        String is = variables.find(name).orElse(value); // a server without the variable knows nothing else
        if (!is.equalsIgnoreCase(value)) {
            findings.error(
                    ErrorCode.SOURCE_SETTING,
                    name,
                    reason + ": " + name + "=" + is,
                    "SET GLOBAL " + name + " = '" + value
                            + "', in the configuration too; sessions keep theirs until they" + " connect again");
        }
    }

    private void requireEmpty(String name, String reason) {
        String is = variables.value(name);
        if (!is.isEmpty()) {
            findings.error(
                    ErrorCode.SOURCE_SETTING,
                    name,
                    reason + ": " + name + "=" + is,
                    "SET GLOBAL " + name + " = '', in the configuration too");
        }
    }

    private void requireOff(String name, String reason) {
        if (variables.isOn(name)) {
            findings.error(
                    ErrorCode.SOURCE_SETTING,
                    name,
                    reason + ": " + name + "=ON",
                    "SET GLOBAL " + name + " = OFF, in the configuration too");
        }
    }

    private void checkMetadata() {
        String metadata = variables.value("binlog_row_metadata");
        if (!metadata.equalsIgnoreCase("FULL")) {
            findings.info(
                    ErrorCode.SOURCE_SETTING,
                    "binlog_row_metadata",
                    "column names come from the catalog and the statements since, not from the events: binlog_row_metadata="
                            + (metadata.isEmpty() ? "unknown" : metadata),
                    metadata.isEmpty() ? "nothing to do" : "SET GLOBAL binlog_row_metadata = 'FULL'");
        }
    }

    private void checkGtids() {
        if (!variables.isMariaDb() && !variables.hasMySqlGtids()) {
            findings.warning(
                    ErrorCode.SOURCE_SETTING,
                    "gtid_mode",
                    "positions are files and offsets, which hold for this one server only: gtid_mode="
                            + variables.find("gtid_mode").orElse("unknown"),
                    "turn on enforce_gtid_consistency and gtid_mode in the steps that the MySQL manual gives");
        }
    }

    private void checkRetention() {
        long seconds = variables.number("binlog_expire_logs_seconds", -1);
        if (seconds <= 0) {
            seconds = variables.number("expire_logs_days", 0) * SECONDS_OF_DAY;
        }
        if (seconds > 0 && seconds < SHORT_RETENTION.toSeconds()) {
            findings.warning(
                    ErrorCode.SOURCE_SETTING,
                    "binlog_expire_logs_seconds",
                    "binlogs are kept for less than a day, so a longer pause loses the position: seconds=" + seconds,
                    "SET GLOBAL binlog_expire_logs_seconds = 604800");
        }
        for (String name : new String[] {"max_binlog_total_size", "binlog_space_limit"}) {
            long bytes = variables.number(name, 0);
            if (bytes > 0) {
                findings.warning(
                        ErrorCode.SOURCE_SETTING,
                        name,
                        "binlogs are removed by size, however far a reader is: " + name + "=" + bytes,
                        "SET GLOBAL " + name + " = 0, or a size that a long pause cannot reach");
            }
        }
    }

    /** After a crash such a server may hand out the same GTIDs for other transactions. */
    private void checkDurability() {
        for (String name : new String[] {"sync_binlog", "innodb_flush_log_at_trx_commit"}) {
            long value = variables.number(name, 1);
            if (value != 1) {
                findings.info(
                        ErrorCode.SOURCE_SETTING,
                        name,
                        "a crash of the server may lose transactions that were already replicated: " + name + "="
                                + value,
                        "SET GLOBAL " + name + " = 1");
            }
        }
    }

    private void checkChecksum() {
        if (variables.value("binlog_checksum").toUpperCase(Locale.ROOT).equals("NONE")) {
            findings.info(
                    ErrorCode.SOURCE_SETTING,
                    "binlog_checksum",
                    "damaged events cannot be told: binlog_checksum=NONE",
                    "SET GLOBAL binlog_checksum = 'CRC32'");
        }
    }
}
