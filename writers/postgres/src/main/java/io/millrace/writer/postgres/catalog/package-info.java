/** What {@code pg_catalog} says of the target's tables. */
package io.millrace.writer.postgres.catalog;
