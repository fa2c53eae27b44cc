/** Which column of the target holds a source column's values, and what a column that we make is. */
package io.millrace.writer.postgres.type;
