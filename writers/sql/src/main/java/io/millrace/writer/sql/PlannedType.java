package io.millrace.writer.sql;

/**
 * A type at the target.
 *
 * @param hasLabels whether its values are labels that it lists
 */
public record PlannedType(String sqlType, boolean hasLabels) {}
