/** What {@code pg_catalog} says of tables, their columns and types, and the publication of a task. */
package io.millrace.reader.postgres.catalog;
