/** Connections to a source, for statements and for replication, and what their errors mean. */
package io.millrace.reader.postgres.connection;
