/** What {@code information_schema} says of the target's tables. */
package io.millrace.writer.mysql.catalog;
