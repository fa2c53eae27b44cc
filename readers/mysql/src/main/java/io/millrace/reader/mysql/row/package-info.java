/** Rows of events: by the plan of a table, value by value. */
package io.millrace.reader.mysql.row;
