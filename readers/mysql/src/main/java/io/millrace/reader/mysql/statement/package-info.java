/** Statements of MySQL and MariaDB as they stand in the binary log: cut into tokens, told apart, and DDL read into changes. */
package io.millrace.reader.mysql.statement;
