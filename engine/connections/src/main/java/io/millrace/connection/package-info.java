/**
 * How readers and writers reach a server: addresses, TLS, logins, sockets, and what a driver's error says. No statement is made here and
 * no row goes by.
 */
package io.millrace.connection;
