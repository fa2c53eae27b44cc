package io.millrace.writer;

/**
 * One column of a target table.
 *
 * @param name as the target spells it
 * @param sqlType the target's own text of the type, as in a CREATE TABLE
 * @param sourceColumn where its value stands in the source's images
 * @param hasLabels whether the type knows the source's labels, so that a further one must be told to it
 */
public record TargetColumn(String name, String sqlType, boolean nullable, int sourceColumn, boolean hasLabels) {
    /** Of a type that knows no labels. */
    public TargetColumn(String name, String sqlType, boolean nullable, int sourceColumn) {
        this(name, sqlType, nullable, sourceColumn, false);
    }
}
