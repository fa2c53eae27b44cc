/** Values as the server takes them, in a literal and in a field of LOAD DATA. */
package io.millrace.writer.mysql.value;
