/** How MySQL and MariaDB are reached, with MariaDB's JDBC driver. */
package io.millrace.connection.mysql;
