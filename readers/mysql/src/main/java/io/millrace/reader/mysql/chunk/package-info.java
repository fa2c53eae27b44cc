/** The full load: chunks by key, from one snapshot. */
package io.millrace.reader.mysql.chunk;
