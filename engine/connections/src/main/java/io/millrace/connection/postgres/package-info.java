/** How a PostgreSQL server is reached, with its JDBC driver. */
package io.millrace.connection.postgres;
