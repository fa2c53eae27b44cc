/** Sessions at PostgreSQL: statements alone and in a pipeline, what their errors mean, and how names are spelled. */
package io.millrace.writer.postgres.connection;
