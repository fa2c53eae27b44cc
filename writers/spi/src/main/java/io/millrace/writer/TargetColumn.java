package io.millrace.writer;

/**
 * One column of a target table.
 *
 * @param name as the target spells it
 * @param sqlType the target's own text of the type, as in a CREATE TABLE
 * @param sourceColumn where its value stands in the source's images
 */
public record TargetColumn(String name, String sqlType, boolean nullable, int sourceColumn) {}
