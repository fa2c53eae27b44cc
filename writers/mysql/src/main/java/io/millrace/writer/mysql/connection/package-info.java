/** Sessions at MySQL and MariaDB: statements alone and in a pipeline, what their errors mean, and how names and texts are spelled. */
package io.millrace.writer.mysql.connection;
