/**
 * How fast changes move from a backlog at a real source into a real target: this program and its peers one after the other,
 * on the same servers and the same backlog, each result checked row by row by the servers' own checksums before it counts.
 */
package io.millrace.e2e.rates;
