/** The connection that dumps the binary log: login, TLS, commands, and scans of stretches of it. */
package io.millrace.reader.mysql.connection;
