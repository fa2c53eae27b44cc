/** Shapes of tables along the stream: followed by statements, proved by the catalog and by each table's own event. */
package io.millrace.reader.mysql.schema;
