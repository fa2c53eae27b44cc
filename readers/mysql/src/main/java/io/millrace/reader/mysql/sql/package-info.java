/** Sessions for statements of ours, and what a server says of itself: versions, variables, positions. */
package io.millrace.reader.mysql.sql;
