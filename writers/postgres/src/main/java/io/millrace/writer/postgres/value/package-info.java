/** Values in PostgreSQL's binary protocol, and as text. */
package io.millrace.writer.postgres.value;
