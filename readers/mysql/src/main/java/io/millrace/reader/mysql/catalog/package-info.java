/** The server's catalog: tables, keys, types, defaults, and what is beside them. */
package io.millrace.reader.mysql.catalog;
