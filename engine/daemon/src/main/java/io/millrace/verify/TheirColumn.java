package io.millrace.verify;

/**
 * A column as the target's catalog has it.
 *
 * @param type PostgreSQL's type name, or MySQL's {@code DATA_TYPE}, in lower case
 * @param expression by which the target computes it; empty where it does not
 */
record TheirColumn(String type, String expression) {}
