/**
 * The shape of rows: column types as they lie in a row image, columns, tables, and the versions of a table's schema.
 * Everything here is immutable and thread-safe.
 */
package io.millrace.schema;
