package io.millrace.writer.sql;

import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.Optional;

/**
 * A column whose type is asked for.
 *
 * @param source the table that has it
 * @param table at the target
 * @param name at the target
 * @param given the type that the task gives it
 */
public record PlannedColumn(
        TableSchema source, Column column, boolean isKey, TableId table, String name, Optional<String> given) {}
