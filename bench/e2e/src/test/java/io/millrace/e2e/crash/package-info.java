/**
 * The program as a person runs it, in a process of its own, hurt in every way that production hurts one: killed, cut off,
 * starved of disk. After each test the servers themselves say whether source and target are equal.
 */
package io.millrace.e2e.crash;
